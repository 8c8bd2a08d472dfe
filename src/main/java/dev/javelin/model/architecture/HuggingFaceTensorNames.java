package dev.javelin.model.architecture;

import dev.javelin.model.WeightKey;
import java.util.Set;

/**
 * The names that transformers gives the llama family's tensors: one scheme for all its classes. Immutable, any thread.
 *
 * @param embedding the tensor that is the embedding: {@link #EMBEDDING}, or {@link #HEAD} where a tied model was saved
 *     with its head alone
 * @param copies tensors that hold what another holds
 */
record HuggingFaceTensorNames(String embedding, Set<String> copies) implements TensorNames {
    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String HEAD = "lm_head.weight";

    /** Copies the set. */
    HuggingFaceTensorNames {
        copies = Set.copyOf(copies);
    }

    @Override
    public String nameOf(WeightKey key) {
        String layer = "model.layers." + key.layerIndex() + ".";
        String attention = layer + "self_attn.";
        return switch (key.role()) {
            case TOKEN_EMBEDDING -> embedding;
            case OUTPUT_NORM -> "model.norm.weight";
            case LM_HEAD -> HEAD;
            case ATTENTION_NORM -> layer + "input_layernorm.weight";
            case QUERY -> attention + "q_proj.weight";
            case KEY -> attention + "k_proj.weight";
            case VALUE -> attention + "v_proj.weight";
            case QUERY_BIAS -> attention + "q_proj.bias";
            case KEY_BIAS -> attention + "k_proj.bias";
            case VALUE_BIAS -> attention + "v_proj.bias";
            case QUERY_NORM -> attention + "q_norm.weight";
            case KEY_NORM -> attention + "k_norm.weight";
            case ATTENTION_OUTPUT -> attention + "o_proj.weight";
            case MLP_NORM -> layer + "post_attention_layernorm.weight";
            case GATE -> layer + "mlp.gate_proj.weight";
            case UP -> layer + "mlp.up_proj.weight";
            case DOWN -> layer + "mlp.down_proj.weight";
        };
    }

    /** Frequencies follow from the configuration; old files have them all the same. */
    @Override
    public boolean isRedundant(String name) {
        return copies.contains(name) || name.endsWith("rotary_emb.inv_freq");
    }
}
