package dev.javelin.cuda.kernel;

import dev.javelin.backend.SlotSampling;
import dev.javelin.cuda.memory.StagingArea;
import dev.javelin.generation.SamplingParams;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;

/**
 * Packs changes of slots as {@code SlotChange} of {@code sampling_slots.cu} reads them; what is long (biases, ids) goes
 * into the staging area beside them. Stateless.
 *
 * <pre>
 * 0 repetition f64 | 8 frequency f64 | 16 presence f64 | 24 topP f64 | 32 seed | 40 1/temperature f32 | 44 minP f32
 * 48 topK | 52 flags | 56 choice | 60 minTokens | 64 promptTokens | 68 biases | 72 held back | 76 -          (SlotParams)
 * 80 biases address | 88 held-back ids address | 96 token ids address
 * 104 slot | 108 copied slot | 112 writes parameters | 116 writes counts | 120 prompt ids | 124 answer ids
 * </pre>
 */
final class SlotChangeWriter {
    static final int CHANGE_BYTES = 128;
    static final int PARAMS_BYTES = 80;
    static final int BIAS_BYTES = 8;
    /** A count of the device stops here. */
    static final int MAX_ANSWER_COUNT = 0x7FFF;

    private static final int GREEDY = 1;
    private static final int COUNTED = 2;

    private SlotChangeWriter() {}

    /** An empty change of a slot. */
    static void begin(MemorySegment change, int slotId) {
        change.fill((byte) 0);
        change.set(ValueLayout.JAVA_INT, 104, slotId);
        change.set(ValueLayout.JAVA_INT, 108, -1);
    }

    /** How the slot draws. */
    static void writeParams(
            MemorySegment change, SlotSampling sampling, int promptTokens, boolean counted, StagingArea staging) {
        SamplingParams params = sampling.params();
        int[] heldBack = Arrays.stream(sampling.heldBackTokenIds()).distinct().toArray();
        if (heldBack.length > SamplingState.MAX_HELD_BACK) {
            throw new IllegalArgumentException(
                    heldBack.length + " tokens are held back, at most " + SamplingState.MAX_HELD_BACK + " can be");
        }
        change.set(ValueLayout.JAVA_DOUBLE, 0, params.repetitionPenalty());
        change.set(ValueLayout.JAVA_DOUBLE, 8, params.frequencyPenalty());
        change.set(ValueLayout.JAVA_DOUBLE, 16, params.presencePenalty());
        change.set(ValueLayout.JAVA_DOUBLE, 24, params.topP());
        change.set(ValueLayout.JAVA_LONG, 32, sampling.seed());
        change.set(ValueLayout.JAVA_FLOAT, 40, inverse(params.temperature()));
        change.set(ValueLayout.JAVA_FLOAT, 44, (float) params.minP());
        change.set(ValueLayout.JAVA_INT, 48, params.topK());
        change.set(ValueLayout.JAVA_INT, 52, (params.isGreedy() ? GREEDY : 0) | (counted ? COUNTED : 0));
        change.set(ValueLayout.JAVA_INT, 56, sampling.choiceIndex());
        change.set(ValueLayout.JAVA_INT, 60, sampling.minTokens());
        change.set(ValueLayout.JAVA_INT, 64, promptTokens);
        change.set(ValueLayout.JAVA_INT, 68, params.logitBias().size());
        change.set(ValueLayout.JAVA_INT, 72, heldBack.length);
        change.set(ValueLayout.JAVA_LONG, 80, stageBiases(params.logitBias(), staging));
        change.set(ValueLayout.JAVA_LONG, 88, stageIds(heldBack, heldBack.length, staging));
        change.set(ValueLayout.JAVA_INT, 112, 1);
    }

    /** The slot's counts become those of another slot. */
    static void copyCounts(MemorySegment change, int fromSlotId) {
        change.set(ValueLayout.JAVA_INT, 108, fromSlotId);
        change.set(ValueLayout.JAVA_INT, 116, 1);
    }

    /** The slot's counts become those of these ids. */
    static void writeCounts(
            MemorySegment change, int[] tokenIds, int promptTokens, int answerTokens, StagingArea staging) {
        int[] ids = tokenIds;
        int answers = answerTokens;
        if (answerTokens > MAX_ANSWER_COUNT) {
            ids = tokenIds.clone();
            answers = keepCountable(ids, promptTokens, answerTokens);
        }
        change.set(ValueLayout.JAVA_LONG, 96, stageIds(ids, promptTokens + answers, staging));
        change.set(ValueLayout.JAVA_INT, 116, 1);
        change.set(ValueLayout.JAVA_INT, 120, promptTokens);
        change.set(ValueLayout.JAVA_INT, 124, answers);
    }

    /** As the CPU runner divides; finite, so that zero times it is zero. */
    private static float inverse(double temperature) {
        return Math.min(1 / (float) temperature, Float.MAX_VALUE);
    }

    private static long stageBiases(Map<Integer, Float> biases, StagingArea staging) {
        if (biases.isEmpty()) {
            return 0;
        }
        StagingArea.Slice slice = staging.take((long) biases.size() * BIAS_BYTES);
        long at = 0;
        for (Map.Entry<Integer, Float> bias : biases.entrySet()) {
            slice.segment().set(ValueLayout.JAVA_INT, at, bias.getKey());
            slice.segment().set(ValueLayout.JAVA_FLOAT, at + Integer.BYTES, bias.getValue());
            at += BIAS_BYTES;
        }
        return slice.deviceAddress();
    }

    private static long stageIds(int[] ids, int count, StagingArea staging) {
        if (count == 0) {
            return 0;
        }
        StagingArea.Slice slice = staging.take((long) count * Integer.BYTES);
        MemorySegment.copy(ids, 0, slice.segment(), ValueLayout.JAVA_INT, 0, count);
        return slice.deviceAddress();
    }

    /** Leaves out what a count of 15 bits cannot hold; returns how many answer ids are left. */
    private static int keepCountable(int[] ids, int promptTokens, int answerTokens) {
        int[] seen = new int
                [Arrays.stream(ids, promptTokens, promptTokens + answerTokens)
                                .max()
                                .orElse(0)
                        + 1];
        int kept = 0;
        for (int i = promptTokens; i < promptTokens + answerTokens; i++) {
            if (seen[ids[i]]++ < MAX_ANSWER_COUNT) {
                ids[promptTokens + kept++] = ids[i];
            }
        }
        return kept;
    }
}
