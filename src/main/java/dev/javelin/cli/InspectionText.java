package dev.javelin.cli;

import dev.javelin.cli.Inspection.Memory;
import dev.javelin.cli.Inspection.TokenizerFacts;
import dev.javelin.model.LayerSpec;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** An inspection for people. Confined to one thread; used once. */
final class InspectionText {
    private final Inspection found;
    private final StringBuilder out = new StringBuilder();

    private InspectionText(Inspection found) {
        this.found = found;
    }

    /**
     * The whole text.
     *
     * @param withTensors whether every tensor is listed
     */
    static String of(Inspection found, boolean withTensors) {
        InspectionText text = new InspectionText(found);
        text.model();
        text.types();
        text.memory();
        if (withTensors) {
            text.tensors();
        }
        text.verdict();
        return text.out.toString();
    }

    private void model() {
        line(Printable.of(found.name().orElse(String.valueOf(found.path().getFileName()))));
        field(
                "file",
                found.path() + ", GGUF " + found.ggufVersion() + ", "
                        + Units.bytes(found.checkpoint().fileBytes()));
        field("architecture", found.architecture().orElse("not named"));
        field(
                "parameters",
                Units.count(found.checkpoint().parameterCount())
                        + String.format(
                                Locale.ROOT,
                                ", %.2f bits each",
                                found.checkpoint().bitsPerParameter()));
        field("layers", amount(found.shape().layerCount(), ""));
        found.spec().ifPresent(spec -> LayerText.kinds(spec.layers()).forEach(this::layerKind));
        field("hidden size", amount(found.shape().hiddenSize(), ""));
        field("context", amount(found.shape().contextTokens(), " tokens"));
        found.tokenizer().ifPresentOrElse(this::tokenizer, () -> field("tokenizer", "none"));
    }

    private void layerKind(LayerSpec layer, int count) {
        field("  " + count + " with", "attention  " + LayerText.attention(layer.attention()));
        field("", "rotary     " + LayerText.rotary(layer.attention().rotary()));
        field("", "mlp        " + LayerText.mlp(layer.mlp()));
        field("", "norm       " + LayerText.norm(layer.attentionNorm()));
    }

    private void tokenizer(TokenizerFacts tokenizer) {
        field(
                "tokenizer",
                tokenizer.kind() + " (" + tokenizer.model()
                        + tokenizer.preTokenizer().map(pre -> ", " + pre).orElse("") + ")");
        field("vocabulary", tokenizer.vocabularyTokens() + " tokens");
        field(
                "chat template",
                tokenizer
                        .chatTemplate()
                        .map(source -> source.length() + " characters")
                        .orElse("none"));
    }

    private void types() {
        line("");
        row("type", "tensors", "parameters", "bytes");
        found.checkpoint()
                .byType()
                .forEach((type, use) -> row(
                        type.name(),
                        String.valueOf(use.tensorCount()),
                        Units.count(use.parameterCount()),
                        Units.bytes(use.packedBytes())));
        row(
                "all",
                String.valueOf(found.tensorCount()),
                Units.count(found.checkpoint().parameterCount()),
                Units.bytes(found.checkpoint().packedBytes()));
    }

    private void memory() {
        if (found.memory().isEmpty()) {
            return;
        }
        Memory memory = found.memory().get();
        line("");
        line("Memory");
        field("weights", Units.bytes(memory.weightBytes()));
        field("KV, one token", Units.bytes(memory.tokenBytes()) + " (" + memory.cacheFormat() + ")");
        field("KV, full context", Units.bytes(memory.contextBytes()));
        field("together", Units.bytes(memory.totalBytes()));
    }

    private void tensors() {
        line("");
        found.tensors()
                .forEach(tensor -> line(String.format(
                        Locale.ROOT,
                        "%-8s %14s  %-20s %s",
                        tensor.type(),
                        Units.bytes(tensor.byteCount()),
                        tensor.shape(),
                        Printable.of(tensor.name()))));
    }

    private void verdict() {
        line("");
        List<String> reasons = found.unsupported();
        if (reasons.isEmpty()) {
            line("This build can run it.");
            return;
        }
        line("This build cannot run it:");
        reasons.forEach(reason -> line("  - " + Printable.of(reason)));
    }

    private static String amount(OptionalInt value, String unit) {
        return value.isPresent() ? value.getAsInt() + unit : "not known";
    }

    private void field(String name, String value) {
        line(String.format(Locale.ROOT, "  %-17s %s", name, Printable.of(value)));
    }

    private void row(String type, String tensorCount, String parameters, String bytes) {
        line(String.format(Locale.ROOT, "  %-8s %9s %12s %12s", type, tensorCount, parameters, bytes));
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}
