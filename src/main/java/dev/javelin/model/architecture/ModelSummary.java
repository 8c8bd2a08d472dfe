package dev.javelin.model.architecture;

import dev.javelin.model.CacheGroup;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.checkpoint.Checkpoint;
import dev.javelin.model.checkpoint.CheckpointSummary;
import dev.javelin.model.checkpoint.GgufFile;

/**
 * A model in numbers: what {@code inspect} prints and what memory planning starts from. Immutable.
 *
 * @param spec what it computes
 * @param checkpoint what its files hold
 */
public record ModelSummary(ModelSpec spec, CheckpointSummary checkpoint) {
    /**
     * Counts a GGUF file.
     *
     * @throws dev.javelin.error.JavelinException as {@link GgufModels#spec}
     */
    public static ModelSummary of(GgufFile file) {
        return of(GgufModels.spec(file), file);
    }

    /**
     * Counts a model of a checkpoint.
     *
     * @param spec what it computes
     */
    public static ModelSummary of(ModelSpec spec, Checkpoint checkpoint) {
        return new ModelSummary(spec, CheckpointSummary.of(checkpoint));
    }

    /** Counts a model with random weights. */
    public static ModelSummary of(LoadedModel random) {
        return new ModelSummary(
                random.spec(), CheckpointSummary.ofRandom(random.weights().all()));
    }

    /**
     * Bytes of keys and values that one more token of a sequence takes.
     *
     * @param elementBytes of one cached element, e.g. 2 for half precision
     */
    public long kvBytesPerToken(int elementBytes) {
        return elementBytes
                * spec.cacheGroups().stream()
                        .mapToLong(CacheGroup::elementsPerToken)
                        .sum();
    }

    /**
     * Bytes of keys and values of one sequence; a window keeps a group's share from growing.
     *
     * @param tokens its length
     * @param elementBytes of one cached element
     */
    public long kvBytesPerSequence(int tokens, int elementBytes) {
        return spec.cacheGroups().stream()
                .mapToLong(group -> {
                    Integer window = group.windowTokens();
                    long kept = window == null ? tokens : Math.min(tokens, window);
                    return kept * elementBytes * group.elementsPerToken();
                })
                .sum();
    }
}
