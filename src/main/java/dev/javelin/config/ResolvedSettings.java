package dev.javelin.config;

import java.util.List;

/**
 * Settings without any {@code auto}. Immutable.
 *
 * @param backend what computes; never {@link Backend#AUTO}
 * @param servedModelName the model's name in the API
 * @param contextTokens most tokens of a sequence
 * @param maxSequences sequences that are computed at once
 * @param maxStepTokens tokens of one step over all sequences
 * @param kvCacheBytes memory for keys and values
 * @param cpuThreads threads that compute
 * @param reasons one line a setting: name, value and why
 */
public record ResolvedSettings(
        Backend backend,
        String servedModelName,
        int contextTokens,
        int maxSequences,
        int maxStepTokens,
        long kvCacheBytes,
        int cpuThreads,
        List<String> reasons) {
    /** Copies the list. */
    public ResolvedSettings {
        reasons = List.copyOf(reasons);
    }
}
