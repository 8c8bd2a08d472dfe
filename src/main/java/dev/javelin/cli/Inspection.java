package dev.javelin.cli;

import dev.javelin.backend.CacheFormat;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.checkpoint.CheckpointSummary;
import dev.javelin.model.checkpoint.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that {@code inspect} found. Immutable. What a file that this build cannot run does not tell is empty.
 *
 * @param path the file
 * @param ggufVersion the format's version
 * @param architecture as the file names it
 * @param name the model's own name
 * @param checkpoint bytes and tensor types
 * @param shape sizes that the metadata gives under any architecture
 * @param spec what the model computes, if this build knows
 * @param memory what running it takes, if the spec is known
 * @param tokenizer the tokenizer, if the file has one
 * @param tensors every tensor, in the file's order
 * @param unsupported why this build cannot run it, one sentence each; empty if it can
 */
record Inspection(
        Path path,
        int ggufVersion,
        Optional<String> architecture,
        Optional<String> name,
        CheckpointSummary checkpoint,
        Shape shape,
        Optional<ModelSpec> spec,
        Optional<Memory> memory,
        Optional<TokenizerFacts> tokenizer,
        List<TensorFacts> tensors,
        List<String> unsupported) {
    /**
     * Sizes.
     *
     * @param layerCount layers
     * @param hiddenSize elements of a token's hidden state
     * @param contextTokens most tokens of a sequence
     */
    record Shape(OptionalInt layerCount, OptionalInt hiddenSize, OptionalInt contextTokens) {}

    /**
     * Bytes while it runs.
     *
     * @param weightBytes of all tensors
     * @param cacheFormat how the CPU runner keeps keys and values
     * @param tokenBytes keys and values of one more token
     * @param contextBytes keys and values of one sequence of the full context
     */
    record Memory(long weightBytes, CacheFormat cacheFormat, long tokenBytes, long contextBytes) {
        long totalBytes() {
            return weightBytes + contextBytes;
        }
    }

    /**
     * The tokenizer.
     *
     * @param model as the file names it, e.g. {@code gpt2}
     * @param preTokenizer the cutting rule's name
     * @param vocabularyTokens tokens listed
     * @param chatTemplate the template's source
     */
    record TokenizerFacts(
            String model, Optional<String> preTokenizer, int vocabularyTokens, Optional<String> chatTemplate) {
        /** The kind, for people. */
        String kind() {
            return switch (model) {
                case "gpt2" -> "byte-level BPE";
                case "llama" -> "SentencePiece BPE";
                case "bert" -> "WordPiece";
                case "t5" -> "Unigram";
                default -> model;
            };
        }
    }

    /**
     * One tensor.
     *
     * @param name as the file spells it
     * @param type how it is packed
     * @param shape extents, the fastest last
     * @param byteCount its data
     */
    record TensorFacts(String name, TensorType type, List<Long> shape, long byteCount) {}

    /** Copies the lists. */
    Inspection {
        tensors = List.copyOf(tensors);
        unsupported = List.copyOf(unsupported);
    }

    boolean isRunnable() {
        return unsupported.isEmpty();
    }

    long tensorCount() {
        return tensors.size();
    }
}
