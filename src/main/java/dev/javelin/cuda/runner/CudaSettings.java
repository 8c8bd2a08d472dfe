package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.DownloadProgress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How much of a GPU a {@link CudaModelRunner} takes. Immutable.
 *
 * @param deviceIndex which GPU, as {@code CUDA_VISIBLE_DEVICES} leaves them
 * @param maxSlots sequences that can be in a step, 1 to 1024
 * @param maxStepTokens tokens of one step over all rows, at least {@code maxSlots}
 * @param contextTokens most tokens of a sequence
 * @param memoryUtilization share of the GPU's memory that the process may fill, above 0 and at most 1
 * @param kvBytes memory for keys and values, or null for what is left
 * @param elementType of weights, activations and cache, or null for the checkpoint's own
 * @param cacheFolder where compiled kernels and tuning results are kept, or null for nowhere
 * @param progress hears how weights are loaded
 */
public record CudaSettings(
        int deviceIndex,
        int maxSlots,
        int maxStepTokens,
        int contextTokens,
        double memoryUtilization,
        @Nullable Long kvBytes,
        @Nullable ElementType elementType,
        @Nullable Path cacheFolder,
        DownloadProgress progress) {
    /** Sequences of a step unless something else is asked for. */
    public static final int DEFAULT_SLOTS = 256;

    /** Tokens of a step unless something else is asked for. */
    public static final int DEFAULT_STEP_TOKENS = 8192;

    /** Share of the GPU's memory unless something else is asked for. */
    public static final double DEFAULT_MEMORY_UTILIZATION = 0.92;

    private static final int MOST_SLOTS = 1024;

    /**
     * Checks every range.
     *
     * @throws JavelinException INVALID_SETTING that names the setting, its value and the limit
     */
    public CudaSettings {
        check("cuda.device", deviceIndex, deviceIndex >= 0, "at least 0");
        check("cuda.max-slots", maxSlots, maxSlots >= 1 && maxSlots <= MOST_SLOTS, "from 1 to " + MOST_SLOTS);
        check(
                "cuda.max-step-tokens",
                maxStepTokens,
                maxStepTokens >= maxSlots,
                "at least the number of slots, " + maxSlots);
        check("cuda.context-tokens", contextTokens, contextTokens >= 1, "at least 1");
        check(
                "cuda.memory-utilization",
                memoryUtilization,
                memoryUtilization > 0 && memoryUtilization <= 1,
                "above 0 and at most 1");
    }

    private static void check(String field, Number value, boolean valid, String range) {
        if (!valid) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING, field, field + " is " + value + ", it must be " + range);
        }
    }
}
