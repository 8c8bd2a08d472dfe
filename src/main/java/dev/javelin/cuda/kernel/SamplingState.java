package dev.javelin.cuda.kernel;

import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.StagingArea;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.generation.SamplingParams;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/**
 * How every slot draws, on the device: parameters, biases, held-back ids and, for slots with penalties, how often each
 * token occurs. Confined to the engine thread.
 *
 * <p>Operations of a step are collected and reach the device together, with {@link #flush}, in the order given: at most
 * two kernels, unless an operation needs what another of the same step changes (a slot that is copied and given away).
 * The kernels read the staging area over the bus, so it must not be reset before the step has completed.
 *
 * <p>Counts of an answer follow by themselves: {@link Sampling} counts each token it draws. The runner recounts where
 * that is not the whole truth: after a truncation, and where the host feeds an answer's tokens that were not drawn
 * here.
 */
public final class SamplingState implements AutoCloseable {
    /** Most different tokens that a slot holds back: 64 stop tokens of a request and a model's end tokens. */
    public static final int MAX_HELD_BACK = 256;

    private static final int THREADS = 256;
    /** Blocks that empty or copy the counts of one slot, or count its ids. */
    private static final int COUNT_BLOCKS = 32;

    private final int slotCount;
    private final int vocabularyTokens;
    private final DeviceBuffer params;
    private final DeviceBuffer biases;
    private final DeviceBuffer heldBack;
    private final DeviceBuffer counts;
    private final CudaModule module;
    private final CudaFunction changeSlots;
    private final CudaFunction countTokens;
    private final KernelArguments arguments = new KernelArguments();
    private final boolean[] counted;
    private final int[] promptTokens;
    private final MemorySegment pending;
    private final int[] pendingSlots;
    private final boolean[] changed;
    private final boolean[] copied;
    private int pendingCount;
    private boolean pendingCounts;
    private boolean pendingIds;

    /**
     * Takes its memory from an arena; no slot may be sampled before its Init.
     *
     * @param arena has {@link #deviceBytes} left
     * @param slotCount S
     * @param vocabularyTokens V
     */
    public SamplingState(KernelCompiler compiler, DeviceArena arena, int slotCount, int vocabularyTokens) {
        this.slotCount = slotCount;
        this.vocabularyTokens = vocabularyTokens;
        params = arena.take((long) slotCount * SlotChangeWriter.PARAMS_BYTES, "sampling parameters");
        biases = arena.take(biasBytes(slotCount), "logit biases");
        heldBack = arena.take((long) slotCount * MAX_HELD_BACK * Integer.BYTES, "held-back tokens");
        counts = arena.take(countBytes(slotCount, vocabularyTokens), "token counts");
        module = compiler.compile(source());
        changeSlots = module.function("change_slots");
        countTokens = module.function("count_tokens");
        counted = new boolean[slotCount];
        promptTokens = new int[slotCount];
        pending = Arena.ofAuto().allocate((long) slotCount * SlotChangeWriter.CHANGE_BYTES, Long.BYTES);
        pendingSlots = new int[slotCount];
        changed = new boolean[slotCount];
        copied = new boolean[slotCount];
    }

    /** What is compiled. */
    public static KernelSource source() {
        return new KernelSource("sampling_slots.cu", Map.of());
    }

    /** Device memory that the state takes. */
    public static long deviceBytes(int slotCount, int vocabularyTokens) {
        return DeviceArena.alignedBytes((long) slotCount * SlotChangeWriter.PARAMS_BYTES)
                + DeviceArena.alignedBytes(biasBytes(slotCount))
                + DeviceArena.alignedBytes((long) slotCount * MAX_HELD_BACK * Integer.BYTES)
                + DeviceArena.alignedBytes(countBytes(slotCount, vocabularyTokens));
    }

    /** Gives a slot to a sequence; the ids are copied now. */
    public void init(SlotOp.Init op, CudaStream stream, StagingArea staging) {
        SlotSampling sampling = op.sampling();
        int slotId = op.slotId();
        counted[slotId] = sampling.params().hasPenalties();
        promptTokens[slotId] = op.promptTokens();
        MemorySegment change = begin(slotId, stream, staging);
        SlotChangeWriter.writeParams(change, sampling, op.promptTokens(), counted[slotId], staging);
        if (counted[slotId]) {
            count(change, op.tokenIds(), op.promptTokens(), op.answerTokens(), staging);
        }
    }

    /** Makes a slot's sampling that of another slot, but for the parameters given. */
    public void fork(SlotOp.Fork op, CudaStream stream, StagingArea staging) {
        int from = op.fromSlotId();
        int slotId = op.slotId();
        if (changed[from]) {
            flush(stream, staging);
        }
        MemorySegment change = begin(slotId, stream, staging);
        counted[slotId] = counted[from];
        promptTokens[slotId] = promptTokens[from];
        SlotChangeWriter.writeParams(change, op.sampling(), promptTokens[from], counted[from], staging);
        if (counted[from] && from != slotId) {
            SlotChangeWriter.copyCounts(change, from);
            pendingCounts = true;
            copied[from] = true;
        }
    }

    /** Whether a slot's tokens are counted: it has penalties. */
    public boolean isCounted(int slotId) {
        return counted[slotId];
    }

    /**
     * Counts a slot's tokens anew; without effect where they are not counted.
     *
     * @param tokenIds prompt and answer, copied now
     * @param answerTokens how many of the ids after the prompt's {@code promptTokens} there are
     */
    public void recount(
            int slotId, int[] tokenIds, int promptIds, int answerTokens, CudaStream stream, StagingArea staging) {
        if (counted[slotId]) {
            count(begin(slotId, stream, staging), tokenIds, promptIds, answerTokens, staging);
        }
    }

    /** Enqueues what was collected; before the step's first launch of {@link Sampling}. */
    public void flush(CudaStream stream, StagingArea staging) {
        if (pendingCount == 0) {
            return;
        }
        long bytes = (long) pendingCount * SlotChangeWriter.CHANGE_BYTES;
        StagingArea.Slice slice = staging.take(bytes);
        MemorySegment.copy(pending, 0, slice.segment(), 0, bytes);
        arguments
                .reset()
                .pointer(slice.deviceAddress())
                .pointer(params.address())
                .pointer(counts.address())
                .pointer(biases.address())
                .pointer(heldBack.address())
                .int32(vocabularyTokens);
        int blocks = pendingCounts ? COUNT_BLOCKS : 1;
        changeSlots.launch(stream, new LaunchShape(blocks, pendingCount, 1, THREADS, 0, false), arguments);
        if (pendingIds) {
            arguments
                    .reset()
                    .pointer(slice.deviceAddress())
                    .pointer(counts.address())
                    .int32(vocabularyTokens);
            countTokens.launch(stream, new LaunchShape(COUNT_BLOCKS, pendingCount, 1, THREADS, 0, false), arguments);
        }
        forgetPending();
    }

    int slotCount() {
        return slotCount;
    }

    int vocabularyTokens() {
        return vocabularyTokens;
    }

    DeviceBuffer params() {
        return params;
    }

    DeviceBuffer biases() {
        return biases;
    }

    DeviceBuffer heldBack() {
        return heldBack;
    }

    DeviceBuffer counts() {
        return counts;
    }

    @Override
    public void close() {
        module.close();
    }

    private MemorySegment begin(int slotId, CudaStream stream, StagingArea staging) {
        if (changed[slotId] || copied[slotId]) {
            flush(stream, staging);
        }
        MemorySegment change =
                pending.asSlice((long) pendingCount * SlotChangeWriter.CHANGE_BYTES, SlotChangeWriter.CHANGE_BYTES);
        SlotChangeWriter.begin(change, slotId);
        pendingSlots[pendingCount++] = slotId;
        changed[slotId] = true;
        return change;
    }

    private void count(MemorySegment change, int[] tokenIds, int promptIds, int answerTokens, StagingArea staging) {
        SlotChangeWriter.writeCounts(change, tokenIds, promptIds, answerTokens, staging);
        pendingCounts = true;
        pendingIds = true;
    }

    private void forgetPending() {
        for (int i = 0; i < pendingCount; i++) {
            changed[pendingSlots[i]] = false;
        }
        Arrays.fill(copied, false);
        pendingCount = 0;
        pendingCounts = false;
        pendingIds = false;
    }

    private static long biasBytes(int slotCount) {
        return (long) slotCount * SamplingParams.MAX_BIAS_ENTRIES * SlotChangeWriter.BIAS_BYTES;
    }

    /** A slot's counts begin 16-byte aligned. */
    private static long countBytes(int slotCount, int vocabularyTokens) {
        return (vocabularyTokens + 7L) / 8 * 8 * slotCount * Short.BYTES;
    }
}
