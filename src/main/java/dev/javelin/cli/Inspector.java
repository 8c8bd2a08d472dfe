package dev.javelin.cli;

import dev.javelin.cli.Inspection.Memory;
import dev.javelin.cli.Inspection.Shape;
import dev.javelin.cli.Inspection.TensorFacts;
import dev.javelin.cli.Inspection.TokenizerFacts;
import dev.javelin.cpu.CpuSettings;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.architecture.GgufModels;
import dev.javelin.model.architecture.ModelSummary;
import dev.javelin.model.checkpoint.CheckpointSummary;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufMetadata;
import dev.javelin.model.checkpoint.GgufTensor;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import dev.javelin.tokenizer.template.ChatTemplate;
import dev.javelin.tokenizer.template.TemplateLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks into a model's file, as far as it can be read. Confined to one thread; used once.
 *
 * <p>Each question is asked by itself: what fails becomes a sentence of {@link Inspection#unsupported()} and stops no
 * other question.
 */
final class Inspector {
    private final GgufFile file;
    private final GgufMetadata metadata;
    private final List<String> unsupported = new ArrayList<>();

    private Inspector(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
    }

    /**
     * Inspects a file.
     *
     * @throws JavelinException if it is no GGUF file, or so damaged that its header cannot be read
     */
    static Inspection inspect(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            return new Inspector(file).inspect();
        }
    }

    private Inspection inspect() {
        CheckpointSummary checkpoint = CheckpointSummary.of(file);
        Optional<String> architecture = ask(() -> metadata.requireString("general.architecture"));
        Optional<ModelSpec> spec = ask(() -> GgufModels.spec(file));
        noteTypes(checkpoint);
        spec.ifPresent(_ -> noteWeights());
        return new Inspection(
                file.path(),
                file.version(),
                architecture,
                find("general.name"),
                checkpoint,
                shape(architecture.orElse("")),
                spec,
                spec.map(known -> memory(new ModelSummary(known, checkpoint))),
                tokenizer(),
                file.tensors().stream()
                        .map(t -> new TensorFacts(t.name(), t.type(), t.shape(), t.byteCount()))
                        .toList(),
                unsupported.stream().distinct().toList());
    }

    private Shape shape(String architecture) {
        return new Shape(
                size(architecture + ".block_count"),
                size(architecture + ".embedding_length"),
                size(architecture + ".context_length"));
    }

    private OptionalInt size(String key) {
        return ask(() -> metadata.findInt(key)).orElse(OptionalInt.empty());
    }

    private static Memory memory(ModelSummary summary) {
        int elementBytes = CpuSettings.DEFAULT_CACHE_FORMAT.elementBytes();
        return new Memory(
                summary.checkpoint().packedBytes(),
                CpuSettings.DEFAULT_CACHE_FORMAT,
                summary.kvBytesPerToken(elementBytes),
                summary.kvBytesPerSequence(summary.spec().contextTokens(), elementBytes));
    }

    private void noteTypes(CheckpointSummary checkpoint) {
        checkpoint.byType().forEach((type, use) -> {
            if (type.tryFormat().isEmpty()) {
                unsupported.add(use.tensorCount() + " of " + file.tensors().size() + " tensors have type " + type
                        + ", which this build has no kernels for");
            }
        });
    }

    /** A second mapping, because binding weights takes a file over. */
    private void noteWeights() {
        try (LoadedModel _ = GgufModels.open(file.path())) {
            return;
        } catch (JavelinException e) {
            // binding stops at the first tensor without a format; noteTypes has told of all of them
            if (!formatRefusals().contains(e.reason())) {
                unsupported.add(e.reason());
            }
        }
    }

    private Set<String> formatRefusals() {
        Set<String> refusals = new HashSet<>();
        for (GgufTensor tensor : file.tensors()) {
            try {
                tensor.requireFormat();
            } catch (JavelinException e) {
                refusals.add(e.reason());
            }
        }
        return refusals;
    }

    private Optional<TokenizerFacts> tokenizer() {
        Optional<String> model = find("tokenizer.ggml.model");
        if (model.isEmpty()) {
            unsupported.add("the file has no tokenizer (tokenizer.ggml.model)");
            return Optional.empty();
        }
        Optional<Tokenizer> usable = ask(() -> GgufTokenizer.of(metadata));
        Optional<String> template = find("tokenizer.chat_template");
        template.ifPresent(source -> ask(() -> ChatTemplate.compile(source, TemplateLimits.DEFAULT)));
        int listedTokens = ask(() -> metadata.findStrings("tokenizer.ggml.tokens"))
                .flatMap(Function.identity())
                .map(List::size)
                .orElse(0);
        return Optional.of(new TokenizerFacts(
                model.get(),
                find("tokenizer.ggml.pre"),
                usable.map(Tokenizer::vocabularySize).orElse(listedTokens),
                template));
    }

    private Optional<String> find(String key) {
        return ask(() -> metadata.findString(key)).flatMap(Function.identity());
    }

    /** The answer, or empty and a note why there is none. */
    private <T> Optional<T> ask(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (JavelinException e) {
            unsupported.add(e.reason());
            return Optional.empty();
        }
    }
}
