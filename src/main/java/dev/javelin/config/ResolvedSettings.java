package dev.javelin.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings without any {@code auto}. Immutable.
 *
 * @param backend what computes; never {@link Backend#AUTO}
 * @param servedModelName the model's name in the API
 * @param contextTokens most tokens of a sequence
 * @param maxSequences sequences that are computed at once
 * @param maxStepTokens tokens of one step over all sequences
 * @param kvCacheBytes memory for keys and values; null for what a GPU has left
 * @param cpuThreads threads that compute
 * @param device which GPU; without meaning on a CPU
 * @param memoryUtilization share of the GPU's memory that the process may fill; without meaning on a CPU
 * @param reasons one line a setting: name, value and why
 */
public record ResolvedSettings(
        Backend backend,
        String servedModelName,
        int contextTokens,
        int maxSequences,
        int maxStepTokens,
        @Nullable Long kvCacheBytes,
        int cpuThreads,
        int device,
        double memoryUtilization,
        List<String> reasons) {
    /** Copies the list. */
    public ResolvedSettings {
        reasons = List.copyOf(reasons);
    }
}
