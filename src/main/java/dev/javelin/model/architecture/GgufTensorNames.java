package dev.javelin.model.architecture;

import dev.javelin.model.WeightKey;

/** GGUF's tensor names: one scheme for all architectures. Stateless, any thread. */
record GgufTensorNames() implements TensorNames {
    static final GgufTensorNames INSTANCE = new GgufTensorNames();

    @Override
    public String nameOf(WeightKey key) {
        String block = "blk." + key.layerIndex() + ".";
        return switch (key.role()) {
            case TOKEN_EMBEDDING -> "token_embd.weight";
            case OUTPUT_NORM -> "output_norm.weight";
            case LM_HEAD -> "output.weight";
            case ATTENTION_NORM -> block + "attn_norm.weight";
            case QUERY -> block + "attn_q.weight";
            case KEY -> block + "attn_k.weight";
            case VALUE -> block + "attn_v.weight";
            case QUERY_BIAS -> block + "attn_q.bias";
            case KEY_BIAS -> block + "attn_k.bias";
            case VALUE_BIAS -> block + "attn_v.bias";
            case QUERY_NORM -> block + "attn_q_norm.weight";
            case KEY_NORM -> block + "attn_k_norm.weight";
            case ATTENTION_OUTPUT -> block + "attn_output.weight";
            case MLP_NORM -> block + "ffn_norm.weight";
            case GATE -> block + "ffn_gate.weight";
            case UP -> block + "ffn_up.weight";
            case DOWN -> block + "ffn_down.weight";
        };
    }

    @Override
    public boolean isRedundant(String name) {
        return name.equals(GgufParameters.FACTORS_TENSOR)
                || name.endsWith(".attn_rot_embd.weight")
                || name.endsWith(".attn_rot_embd");
    }
}
