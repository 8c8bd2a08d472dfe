package dev.javelin.cli;

import dev.javelin.cli.Inspection.Memory;
import dev.javelin.cli.Inspection.TokenizerFacts;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An inspection as JSON. Stateless. What is not known is null; the keys do not depend on the file.
 *
 * <p>Amounts are exact and carry their unit in the key.
 */
final class InspectionJson {
    private InspectionJson() {}

    /**
     * The whole document, indented.
     *
     * @param withTensors whether every tensor is listed
     */
    static String of(Inspection found, boolean withTensors) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("file", found.path().toString())
                .put("gguf_version", found.ggufVersion())
                .put("file_bytes", found.checkpoint().fileBytes())
                .put("name", found.name().orElse(null))
                .put("architecture", found.architecture().orElse(null))
                .put("parameters", found.checkpoint().parameterCount())
                .put("bits_per_parameter", found.checkpoint().bitsPerParameter())
                .put("layers", boxed(found.shape().layerCount()))
                .put("hidden_size", boxed(found.shape().hiddenSize()))
                .put("context_tokens", boxed(found.shape().contextTokens()));
        found.spec().ifPresentOrElse(spec -> layerKinds(root, spec), () -> root.putNull("layer_kinds"));
        found.tokenizer().ifPresentOrElse(facts -> tokenizer(root, facts), () -> root.putNull("tokenizer"));
        types(root, found);
        found.memory().ifPresentOrElse(memory -> memory(root, memory), () -> root.putNull("memory"));
        if (withTensors) {
            tensors(root, found);
        }
        root.put("runnable", found.isRunnable());
        found.unsupported().forEach(root.putArray("unsupported")::add);
        return JsonMapper.shared().writer().with(printer()).writeValueAsString(root) + "\n";
    }

    private static DefaultPrettyPrinter printer() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        return new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    }

    private static void layerKinds(ObjectNode root, ModelSpec spec) {
        ArrayNode kinds = root.putArray("layer_kinds");
        LayerText.kinds(spec.layers()).forEach((layer, count) -> layerKind(kinds.addObject(), layer, count));
    }

    private static void layerKind(ObjectNode kind, LayerSpec layer, int count) {
        kind.put("layers", count)
                .put("attention", LayerText.attention(layer.attention()))
                .put("rotary", LayerText.rotary(layer.attention().rotary()))
                .put("mlp", LayerText.mlp(layer.mlp()))
                .put("norm", LayerText.norm(layer.attentionNorm()))
                .put("heads", layer.attention().headCount())
                .put("kv_heads", layer.attention().kvHeadCount())
                .put("head_dim", layer.attention().headDim())
                .put("window_tokens", layer.attention().windowTokens())
                .put("intermediate_size", layer.mlp().intermediateSize());
    }

    private static void tokenizer(ObjectNode root, TokenizerFacts tokenizer) {
        root.putObject("tokenizer")
                .put("kind", tokenizer.kind())
                .put("model", tokenizer.model())
                .put("pre_tokenizer", tokenizer.preTokenizer().orElse(null))
                .put("vocabulary_tokens", tokenizer.vocabularyTokens())
                .put("chat_template", tokenizer.chatTemplate().orElse(null));
    }

    private static void types(ObjectNode root, Inspection found) {
        root.put("tensor_count", found.tensorCount())
                .put("tensor_bytes", found.checkpoint().packedBytes());
        ArrayNode types = root.putArray("tensor_types");
        found.checkpoint()
                .byType()
                .forEach((type, use) -> types.addObject()
                        .put("type", type.name())
                        .put("tensors", use.tensorCount())
                        .put("parameters", use.parameterCount())
                        .put("bytes", use.packedBytes())
                        .put("supported", type.tryFormat().isPresent()));
    }

    private static void memory(ObjectNode root, Memory memory) {
        root.putObject("memory")
                .put("weight_bytes", memory.weightBytes())
                .put("kv_format", memory.cacheFormat().name())
                .put("kv_bytes_per_token", memory.tokenBytes())
                .put("kv_bytes_full_context", memory.contextBytes())
                .put("total_bytes", memory.totalBytes());
    }

    private static void tensors(ObjectNode root, Inspection found) {
        ArrayNode tensors = root.putArray("tensors");
        found.tensors().forEach(tensor -> {
            ObjectNode node = tensors.addObject()
                    .put("name", tensor.name())
                    .put("type", tensor.type().name())
                    .put("bytes", tensor.byteCount());
            tensor.shape().forEach(node.putArray("shape")::add);
        });
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
