package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;

/**
 * The activations of a step, at fixed addresses; letters and layouts are those of {@code cuda.kernel}'s page.
 * Immutable; the device writes them in every step.
 *
 * @param residual x [T, C]
 * @param normed [T, C]
 * @param qkv [T, (H + 2 * KVH) * D] of the widest layer
 * @param attended [T, H * D]
 * @param gateUp [T, 2 * I]
 * @param activated [T, I]
 * @param headInput normed hidden states of positions that want logits, [maxRows, C]
 * @param logits f32 [maxRows, V]
 */
record Workspace(
        DeviceBuffer residual,
        DeviceBuffer normed,
        DeviceBuffer qkv,
        DeviceBuffer attended,
        DeviceBuffer gateUp,
        DeviceBuffer activated,
        DeviceBuffer headInput,
        DeviceBuffer logits) {
    private static final int BUFFERS = 8;

    /**
     * Elements of a token in each buffer, widest layer.
     *
     * @param hidden C
     * @param qkv (H + 2 * KVH) * D
     * @param attended H * D
     * @param intermediate I
     */
    private record Widths(long hidden, long qkv, long attended, long intermediate) {
        static Widths of(ModelSpec spec) {
            Widths widest = new Widths(spec.hiddenSize(), 0, 0, 0);
            for (LayerSpec layer : spec.layers()) {
                long headDim = layer.attention().headDim();
                long queries = layer.attention().headCount() * headDim;
                widest = new Widths(
                        widest.hidden,
                        Math.max(widest.qkv, queries + 2L * layer.attention().kvHeadCount() * headDim),
                        Math.max(widest.attended, queries),
                        Math.max(widest.intermediate, layer.mlp().intermediateSize()));
            }
            return widest;
        }
    }

    /** Bytes that {@link #take} takes, alignment included: an upper bound. */
    static long bytes(ModelSpec spec, ElementType type, int maxTokens, int maxRows) {
        Widths widths = Widths.of(spec);
        long elements = 2 * widths.hidden + widths.qkv + widths.attended + 3 * widths.intermediate;
        return elements * maxTokens * type.bytes()
                + maxRows * (widths.hidden * type.bytes() + (long) spec.vocabularyTokens() * Float.BYTES)
                + BUFFERS * 256;
    }

    /** Takes the buffers from an arena. */
    static Workspace take(DeviceArena arena, ModelSpec spec, ElementType type, int maxTokens, int maxRows) {
        Widths widths = Widths.of(spec);
        long tokens = (long) maxTokens * type.bytes();
        return new Workspace(
                arena.take(tokens * widths.hidden, "residual"),
                arena.take(tokens * widths.hidden, "normed"),
                arena.take(tokens * widths.qkv, "qkv"),
                arena.take(tokens * widths.attended, "attended"),
                arena.take(tokens * 2 * widths.intermediate, "gate and up"),
                arena.take(tokens * widths.intermediate, "activated"),
                arena.take((long) maxRows * widths.hidden * type.bytes(), "head input"),
                arena.take((long) maxRows * spec.vocabularyTokens() * Float.BYTES, "logits"));
    }
}
