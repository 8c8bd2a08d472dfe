package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.SafetensorsType;
import dev.javelin.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds a sound little Hugging Face folder that a test then breaks in one place. Confined to one thread.
 *
 * <p>Hidden size 32, two layers, four heads over two, MLP 64, vocabulary 40, context 100; weights are random.
 */
public final class TinyFolder {
    private final ObjectNode config;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Random random = new Random(11);
    private SafetensorsType type = SafetensorsType.F32;

    private record Tensor(long[] shape, float[] values) {}

    /** A model with own head, without biases and head norms. */
    public TinyFolder(String className) {
        config = JsonMapper.shared().createObjectNode();
        config.putArray("architectures").add(className);
        config.put("hidden_size", 32)
                .put("num_hidden_layers", 2)
                .put("max_position_embeddings", 100)
                .put("intermediate_size", 64)
                .put("vocab_size", 40)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", 2)
                .put("head_dim", 8);
        tensor("model.embed_tokens.weight", 40, 32);
        tensor("model.norm.weight", 32);
        tensor("lm_head.weight", 40, 32);
        for (int layer = 0; layer < 2; layer++) {
            layerTensor(layer, "input_layernorm.weight", 32);
            layerTensor(layer, "self_attn.q_proj.weight", 32, 32);
            layerTensor(layer, "self_attn.k_proj.weight", 16, 32);
            layerTensor(layer, "self_attn.v_proj.weight", 16, 32);
            layerTensor(layer, "self_attn.o_proj.weight", 32, 32);
            layerTensor(layer, "post_attention_layernorm.weight", 32);
            layerTensor(layer, "mlp.gate_proj.weight", 64, 32);
            layerTensor(layer, "mlp.up_proj.weight", 64, 32);
            layerTensor(layer, "mlp.down_proj.weight", 32, 64);
        }
    }

    /** What {@code config.json} will hold. */
    public ObjectNode config() {
        return config;
    }

    /** Stores every tensor so. */
    public TinyFolder type(SafetensorsType newType) {
        type = newType;
        return this;
    }

    /** Adds or replaces a tensor. */
    public TinyFolder tensor(String name, long... shape) {
        int count = 1;
        for (long extent : shape) {
            count *= Math.toIntExact(extent);
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-64, 64) / 64f; // exact in every type
        }
        tensors.put(name, new Tensor(shape, values));
        return this;
    }

    /** Adds or replaces a tensor of a layer. */
    public TinyFolder layerTensor(int layer, String name, long... shape) {
        return tensor("model.layers." + layer + "." + name, shape);
    }

    /** Adds or replaces a tensor by a copy of another. */
    public TinyFolder copy(String from, String to) {
        Tensor tensor = tensors.get(from);
        if (tensor == null) {
            throw new IllegalArgumentException(from);
        }
        tensors.put(to, tensor);
        return this;
    }

    /** Leaves a tensor out. */
    public TinyFolder without(String name) {
        tensors.remove(name);
        return this;
    }

    /** The weights' file. */
    public SafetensorsWriter toWriter() {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach((name, tensor) -> writer.floats(name, type, tensor.shape(), tensor.values()));
        return writer;
    }

    /** Writes configuration and weights into a folder. */
    public Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), config.toString());
            toWriter().write(folder.resolve("model.safetensors"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
