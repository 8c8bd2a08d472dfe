package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where a step's draws and log-probabilities lie on the device, one after the other, so that one copy brings them down:
 *
 * <pre>
 * | tokens i32 [rows] | statuses i32 [rows] | log-probability entries [logprobs] of 176 bytes |
 * entry: token id i32 | log-probability f32 | likeliest i32 | - | ids i32 [20] | log-probabilities f32 [20]
 * </pre>
 *
 * Immutable. The readers take a copy in host memory.
 *
 * @param buffer at least {@link #bytes} long
 * @param maxRows rows that a step may draw
 * @param maxLogprobs entries that a step may ask for
 */
public record SamplingOutput(DeviceBuffer buffer, int maxRows, int maxLogprobs) {
    /** A row's status: it was drawn. */
    public static final int DRAWN = 0;
    /** A row's status: its logits were not numbers, its token is -1. */
    public static final int BAD_LOGITS = 1;

    static final int ENTRY_BYTES = 4 * Integer.BYTES + 2 * LogprobOptions.MAX_TOP_COUNT * Integer.BYTES;
    private static final int ALIGNMENT_BYTES = 16;
    private static final int LOGPROB_OFFSET = 4;
    private static final int TOP_COUNT_OFFSET = 8;
    private static final int TOP_IDS_OFFSET = 16;
    private static final int TOP_LOGPROBS_OFFSET = TOP_IDS_OFFSET + LogprobOptions.MAX_TOP_COUNT * Integer.BYTES;
    private static final int[] NO_IDS = {};
    private static final float[] NO_LOGPROBS = {};

    /** Checks the buffer's length. */
    public SamplingOutput {
        buffer.requireBytes(bytes(maxRows, maxLogprobs), "sampling output");
    }

    /** Bytes that it takes, on the device and on the host. */
    public static long bytes(int maxRows, int maxLogprobs) {
        return entryOffset(maxRows, maxLogprobs);
    }

    /** Drawn tokens, i32 [rows]; -1 for a bad row. */
    public DeviceBuffer tokens() {
        return buffer.slice(0, (long) maxRows * Integer.BYTES);
    }

    /** Statuses, i32 [rows]. */
    public DeviceBuffer statuses() {
        return buffer.slice((long) maxRows * Integer.BYTES, (long) maxRows * Integer.BYTES);
    }

    /** Log-probability entries from one on. */
    public DeviceBuffer entries(int firstEntry) {
        long from = entryOffset(maxRows, firstEntry);
        return buffer.slice(from, bytes(maxRows, maxLogprobs) - from);
    }

    /**
     * Brings tokens, statuses and the first entries down.
     *
     * @param to host memory, at least {@link #bytes} from the offset on
     * @param logprobCount entries
     */
    public void copyToHost(CudaStream stream, PinnedBuffer to, long toOffset, int logprobCount) {
        DeviceCopies.toHost(stream, to, toOffset, buffer, entryOffset(maxRows, logprobCount));
    }

    /** The token that a row drew, -1 where it is bad. */
    public int token(MemorySegment copy, int row) {
        return copy.get(ValueLayout.JAVA_INT, (long) row * Integer.BYTES);
    }

    /** {@link #DRAWN} or {@link #BAD_LOGITS}. */
    public int status(MemorySegment copy, int row) {
        return copy.get(ValueLayout.JAVA_INT, (long) (maxRows + row) * Integer.BYTES);
    }

    /** One entry; its log-probability is NaN where the row's logits were not numbers. */
    public TokenLogprobs logprobs(MemorySegment copy, int entry) {
        long at = entryOffset(maxRows, entry);
        int tokenId = copy.get(ValueLayout.JAVA_INT, at);
        float logprob = copy.get(ValueLayout.JAVA_FLOAT, at + LOGPROB_OFFSET);
        int topCount = copy.get(ValueLayout.JAVA_INT, at + TOP_COUNT_OFFSET);
        if (topCount <= 0) {
            return new TokenLogprobs(tokenId, logprob, NO_IDS, NO_LOGPROBS);
        }
        int[] topTokenIds = new int[topCount];
        float[] topLogprobs = new float[topCount];
        MemorySegment.copy(copy, ValueLayout.JAVA_INT, at + TOP_IDS_OFFSET, topTokenIds, 0, topCount);
        MemorySegment.copy(copy, ValueLayout.JAVA_FLOAT, at + TOP_LOGPROBS_OFFSET, topLogprobs, 0, topCount);
        return new TokenLogprobs(tokenId, logprob, topTokenIds, topLogprobs);
    }

    private static long entryOffset(int maxRows, int entry) {
        long rows = 2L * maxRows * Integer.BYTES;
        return (rows + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES + (long) entry * ENTRY_BYTES;
    }
}
