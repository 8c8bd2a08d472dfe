package dev.javelin.cuda.kernel;

import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.cuda.memory.StagingArea;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Slots, rows of logits and all that sampling needs, on the first GPU. Confined to the thread that opened it. */
final class SamplingWork implements AutoCloseable {
    /** Most log-probability requests of a launch. */
    static final int MAX_LOGPROBS = 64;

    private static final long SPARE_BYTES = 1 << 20;

    final DeviceWork work;
    final SamplingState state;
    final Sampling sampling;
    final SamplingLogprobs logprobs;
    final SamplingOutput output;
    final DeviceBuffer logits;
    final DeviceBuffer lastTokens;
    private final int vocabularyTokens;
    private final DeviceBuffer rowSlots;
    private final DeviceBuffer rowLengths;
    private final DeviceBuffer maskWords;
    private final DeviceBuffer maskOfRow;
    private final DeviceBuffer requests;
    private final StagingArea staging;
    private final PinnedBuffer host;

    SamplingWork(int vocabularyTokens, int slotCount, int maxRows) {
        this.vocabularyTokens = vocabularyTokens;
        long logitBytes = (long) maxRows * vocabularyTokens * Float.BYTES;
        long maskBytes = (long) maxRows * SamplingMasks.wordsPerMask(vocabularyTokens) * Long.BYTES;
        work = DeviceWork.open(SamplingState.deviceBytes(slotCount, vocabularyTokens)
                + Sampling.deviceBytes(maxRows)
                + SamplingLogprobs.deviceBytes(vocabularyTokens, MAX_LOGPROBS)
                + SamplingOutput.bytes(maxRows, MAX_LOGPROBS)
                + logitBytes
                + maskBytes
                + SPARE_BYTES);
        state = new SamplingState(work.compiler(), work.arena(), slotCount, vocabularyTokens);
        sampling =
                new Sampling(work.compiler(), work.device().properties(), work.arena(), state, maxRows, work.stream());
        logprobs = new SamplingLogprobs(work.compiler(), work.arena(), vocabularyTokens, MAX_LOGPROBS, work.stream());
        output = new SamplingOutput(work.poisoned(SamplingOutput.bytes(maxRows, MAX_LOGPROBS)), maxRows, MAX_LOGPROBS);
        logits = work.poisoned(logitBytes);
        lastTokens = work.poisoned((long) slotCount * Integer.BYTES);
        rowSlots = work.take((long) maxRows * Integer.BYTES);
        rowLengths = work.take((long) maxRows * Integer.BYTES);
        maskWords = work.take(maskBytes);
        maskOfRow = work.take((long) maxRows * Integer.BYTES);
        requests = work.take((long) MAX_LOGPROBS * LogprobRequests.REQUEST_BYTES);
        staging = new StagingArea(4096);
        host = PinnedBuffer.allocate(Math.max(logitBytes, SamplingOutput.bytes(maxRows, MAX_LOGPROBS)));
    }

    StagingArea staging() {
        return staging;
    }

    /** Gives a slot to a sequence with these tokens; takes effect with {@link #flush}. */
    void init(int slotId, SlotSampling slotSampling, int[] tokenIds, int promptTokens) {
        state.init(
                new SlotOp.Init(
                        slotId, slotId, 0, slotSampling, tokenIds, promptTokens, tokenIds.length - promptTokens),
                work.stream(),
                staging);
    }

    /** Brings slots up to date. */
    void flush() {
        state.flush(work.stream(), staging);
        work.stream().synchronize();
        staging.reset();
    }

    /** The logits of a row. */
    DeviceBuffer row(int row) {
        long bytes = (long) vocabularyTokens * Float.BYTES;
        return logits.slice(row * bytes, bytes);
    }

    /** Writes rows of logits, the first one into row 0. */
    void putLogits(float[]... rows) {
        for (int row = 0; row < rows.length; row++) {
            put(row(row), MemorySegment.ofArray(rows[row]));
        }
    }

    /** Says whose the rows are; returns them as they are sampled. */
    SampledRows putRows(int[] slots, int[] lengths) {
        put(rowSlots, MemorySegment.ofArray(slots));
        put(rowLengths, MemorySegment.ofArray(lengths));
        return new SampledRows(logits, rowSlots, rowLengths, slots.length);
    }

    /** Puts a mask for each row that has one; null where none has. */
    @Nullable SamplingMasks putMasks(long[] @Nullable [] masks) {
        int[] indexes = new int[masks.length];
        int count = 0;
        long bytes = (long) SamplingMasks.wordsPerMask(vocabularyTokens) * Long.BYTES;
        for (int row = 0; row < masks.length; row++) {
            long[] mask = masks[row];
            indexes[row] = mask == null ? -1 : count;
            if (mask != null) {
                put(maskWords.slice(count++ * bytes, bytes), MemorySegment.ofArray(mask));
            }
        }
        put(maskOfRow, MemorySegment.ofArray(indexes));
        return count == 0 ? null : new SamplingMasks(maskWords, maskOfRow);
    }

    /** Draws and returns tokens and statuses, one after the other. */
    int[][] draw(SampledRows rows, @Nullable SamplingMasks masks) {
        sampling.sample(work.stream(), rows, masks, lastTokens, output);
        return results(rows.rowCount());
    }

    /** Tokens and statuses of what was drawn last. */
    int[][] results(int rowCount) {
        MemorySegment copy = results(0, rowCount);
        int[][] results = new int[2][rowCount];
        for (int row = 0; row < rowCount; row++) {
            results[0][row] = output.token(copy, row);
            results[1][row] = output.status(copy, row);
        }
        return results;
    }

    private MemorySegment results(int logprobCount, int rowCount) {
        if (rowCount > output.maxRows()) {
            throw new IllegalArgumentException("rows: " + rowCount);
        }
        output.copyToHost(work.stream(), host, 0, logprobCount);
        work.stream().synchronize();
        return host.segment();
    }

    /** Log-probabilities: requests are rows, tokens (-1: drawn) and numbers of likeliest. */
    MemorySegment logprobs(int[]... wanted) {
        StagingArea.Slice slice = staging.take((long) wanted.length * LogprobRequests.REQUEST_BYTES);
        for (int i = 0; i < wanted.length; i++) {
            LogprobRequests.write(slice.segment(), i, wanted[i][0], wanted[i][1], wanted[i][2]);
        }
        DeviceCopies.toDevice(
                work.stream(),
                requests,
                slice.buffer(),
                slice.offsetBytes(),
                slice.segment().byteSize());
        launchLogprobs(wanted.length);
        MemorySegment copy = results(wanted.length, 0);
        staging.reset();
        return copy;
    }

    /** Computes the first requests of the last call again. */
    void launchLogprobs(int count) {
        logprobs.launch(
                work.stream(), logits, new LogprobRequests(requests, count), output.tokens(), output.entries(0));
    }

    /** How often the answer has each token, and 0x8000 for those of the prompt. */
    int[] counts(int slotId) {
        long stride = (vocabularyTokens + 7L) / 8 * 8 * Short.BYTES;
        short[] row = work.download(state.counts().slice(slotId * stride, stride));
        int[] counts = new int[vocabularyTokens];
        for (int id = 0; id < vocabularyTokens; id++) {
            counts[id] = row[id] & 0xFFFF;
        }
        return counts;
    }

    /** A slot's last token. */
    int lastToken(int slotId) {
        DeviceCopies.toHost(work.stream(), host, 0, lastTokens, (slotId + 1L) * Integer.BYTES);
        work.stream().synchronize();
        return host.segment().getAtIndex(ValueLayout.JAVA_INT, slotId);
    }

    private void put(DeviceBuffer to, MemorySegment from) {
        host.segment().copyFrom(from);
        DeviceCopies.toDevice(work.stream(), to, host, 0, from.byteSize());
        work.stream().synchronize();
    }

    @Override
    public void close() {
        host.close();
        staging.close();
        logprobs.close();
        sampling.close();
        state.close();
        work.close();
    }
}
