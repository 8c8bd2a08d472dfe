package dev.javelin.model.architecture;

import dev.javelin.model.WeightFormat;
import dev.javelin.model.checkpoint.GgufWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Builds a sound little decoder file that a test then breaks in one place. Confined to one thread.
 *
 * <p>Hidden size 32, two layers, four heads over two, MLP 64, vocabulary 40, context 100; weights are random.
 */
public final class TinyDecoder {
    private final GgufWriter writer = new GgufWriter();
    private final Map<String, long[]> tensors = new LinkedHashMap<>();
    private final String architecture;
    private final Random random = new Random(7);

    /** A model with own head, without biases and head norms. */
    public TinyDecoder(String architecture) {
        this.architecture = architecture;
        writer.metadata("general.architecture", architecture);
        key("embedding_length", 32);
        key("block_count", 2);
        key("context_length", 100);
        key("feed_forward_length", 64);
        key("vocab_size", 40);
        key("attention.head_count", 4);
        key("attention.head_count_kv", 2);
        key("attention.layer_norm_rms_epsilon", 1e-5f);
        tensor("token_embd.weight", 32, 40);
        tensor("output.weight", 32, 40);
        tensor("output_norm.weight", 32);
        for (int layer = 0; layer < 2; layer++) {
            layerTensor(layer, "attn_norm.weight", 32);
            layerTensor(layer, "attn_q.weight", 32, 32);
            layerTensor(layer, "attn_k.weight", 32, 16);
            layerTensor(layer, "attn_v.weight", 32, 16);
            layerTensor(layer, "attn_output.weight", 32, 32);
            layerTensor(layer, "ffn_norm.weight", 32);
            layerTensor(layer, "ffn_gate.weight", 32, 64);
            layerTensor(layer, "ffn_up.weight", 32, 64);
            layerTensor(layer, "ffn_down.weight", 64, 32);
        }
    }

    /** Sets a key below the architecture's name. */
    public TinyDecoder key(String key, Object value) {
        writer.metadata(architecture + "." + key, value);
        return this;
    }

    /** Leaves a key below the architecture's name out. */
    public TinyDecoder withoutKey(String key) {
        writer.without(architecture + "." + key);
        return this;
    }

    /** Sets a key by its full name. */
    public TinyDecoder metadata(String key, Object value) {
        writer.metadata(key, value);
        return this;
    }

    /** Adds or replaces a tensor. */
    public TinyDecoder tensor(String name, long... dims) {
        tensors.put(name, dims);
        return this;
    }

    /** Leaves a tensor out. */
    public TinyDecoder withoutTensor(String name) {
        tensors.remove(name);
        return this;
    }

    /** The file. */
    public GgufWriter toWriter() {
        tensors.forEach((name, dims) -> {
            int count = 1;
            for (long dim : dims) {
                count *= Math.toIntExact(dim);
            }
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat(0.5f, 2);
            }
            writer.tensor(name, WeightFormat.F32, dims, values);
        });
        return writer;
    }

    private void layerTensor(int layer, String name, long... dims) {
        tensor("blk." + layer + "." + name, dims);
    }
}
