package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Draws a token a row ({@code sampling.cu}): one launch whatever the rows' parameters are, with addresses and grid that
 * depend on the number of rows alone, so that it can be captured. Confined to the engine thread.
 *
 * <p>Launches of one object must follow each other on the device (one stream): they share scratch memory. Blocks of a row
 * wait for each other, so the grid never has more blocks than the device holds at once. Other work beside it, another
 * such grid too, only delays it as long as the device has room for one row's blocks of each: blocks start in order, and
 * a row's stand side by side.
 */
public final class Sampling implements AutoCloseable {
    static final int THREADS = 512;

    /** {@code sizeof(Shared)}, rounded up to 16. */
    private static final int FIXED_SHARED_BYTES = 12_496;

    private static final int BARRIER_BYTES = 128;
    private static final int PARTIAL_BYTES = 16;
    /** {@code GROUP_BINS} of eight bytes. */
    private static final int GROUP_BINS_BYTES = 3425 * Long.BYTES;

    private final SamplingState state;
    private final SamplingGroups[] plans;
    private final DeviceBuffer barriers;
    private final DeviceBuffer rowTickets;
    private final DeviceBuffer bins;
    private final DeviceBuffer rowPartials;
    private final DeviceBuffer groupPartials;
    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /**
     * Compiles, takes scratch memory and empties it.
     *
     * @param arena has {@link #deviceBytes} left
     * @param maxRows most rows of a launch
     * @param stream where the scratch memory is emptied: before the first launch
     */
    public Sampling(
            KernelCompiler compiler,
            DeviceProperties device,
            DeviceArena arena,
            SamplingState state,
            int maxRows,
            CudaStream stream) {
        this.state = state;
        barriers = arena.take((long) maxRows * BARRIER_BYTES, "sampling barriers");
        rowTickets = arena.take((long) maxRows * Integer.BYTES, "sampling tickets");
        bins = arena.take((long) maxRows * GROUP_BINS_BYTES, "sampling histograms");
        rowPartials = arena.take(partialBytes(maxRows), "sampling row partials");
        groupPartials = arena.take(partialBytes(maxRows), "sampling group partials");
        DeviceCopies.fill(stream, barriers, (byte) 0);
        DeviceCopies.fill(stream, rowTickets, (byte) 0);
        DeviceCopies.fill(stream, bins, (byte) 0);
        module = compiler.compile(source());
        function = module.function("sample");
        plans = plans(device.multiprocessors(), maxRows);
    }

    /** What is compiled. */
    public static KernelSource source() {
        return new KernelSource("sampling.cu", Map.of("SAMPLE_THREADS", Integer.toString(THREADS)));
    }

    /** Scratch memory on the device. */
    public static long deviceBytes(int maxRows) {
        return DeviceArena.alignedBytes((long) maxRows * BARRIER_BYTES)
                + DeviceArena.alignedBytes((long) maxRows * Integer.BYTES)
                + DeviceArena.alignedBytes((long) maxRows * GROUP_BINS_BYTES)
                + 2 * DeviceArena.alignedBytes(partialBytes(maxRows));
    }

    /**
     * Draws. A row's token and status go to the output; a good row's token also to its slot's last token and counts, a
     * bad row leaves both as they are.
     *
     * @param masks null where no row has one
     * @param lastTokens i32 [S]
     */
    public void sample(
            CudaStream stream,
            SampledRows rows,
            @Nullable SamplingMasks masks,
            DeviceBuffer lastTokens,
            SamplingOutput output) {
        int rowCount = rows.rowCount();
        if (rowCount > plans.length || rowCount > output.maxRows()) {
            throw new IllegalArgumentException(
                    rowCount + " rows, the limits are " + plans.length + " and " + output.maxRows());
        }
        if (rowCount == 0) {
            return;
        }
        int vocabularyTokens = state.vocabularyTokens();
        rows.require(vocabularyTokens);
        lastTokens.requireBytes((long) state.slotCount() * Integer.BYTES, "last tokens");
        if (masks != null) {
            masks.maskOfRow().requireBytes((long) rowCount * Integer.BYTES, "masks of rows");
        }
        SamplingGroups plan = plan(rowCount);
        arguments
                .reset()
                .pointer(rows.logits().address())
                .pointer(rows.rowSlots().address())
                .pointer(rows.rowLengths().address())
                .pointer(masks == null ? 0 : masks.words().address())
                .pointer(masks == null ? 0 : masks.maskOfRow().address())
                .pointer(state.params().address())
                .pointer(state.counts().address())
                .pointer(state.biases().address())
                .pointer(state.heldBack().address())
                .pointer(lastTokens.address())
                .pointer(output.tokens().address())
                .pointer(output.statuses().address())
                .pointer(barriers.address())
                .pointer(rowTickets.address())
                .pointer(rowPartials.address())
                .pointer(groupPartials.address())
                .pointer(bins.address())
                .int32(rowCount)
                .int32(vocabularyTokens)
                .int32(plan.groupBlocks())
                .int32(plan.chunkTokens());
        int blocks = plan.groups() * plan.groupBlocks();
        function.launch(
                stream, new LaunchShape(blocks, 1, 1, THREADS, sharedBytes(plan.chunkTokens()), true), arguments);
    }

    /** Logits are spread like this over that many rows. */
    SamplingGroups plan(int rowCount) {
        return plans[rowCount - 1];
    }

    /** All plans at once: a capture must find the kernel loaded and its limits set. */
    private SamplingGroups[] plans(int multiprocessors, int maxRows) {
        Map<Integer, Integer> occupancies = new HashMap<>();
        SamplingGroups.Occupancy occupancy = chunk ->
                occupancies.computeIfAbsent(chunk, missing -> function.maxActiveBlocks(THREADS, sharedBytes(missing)));
        SamplingGroups[] all = new SamplingGroups[maxRows];
        Arrays.setAll(all, i -> SamplingGroups.plan(i + 1, state.vocabularyTokens(), multiprocessors, occupancy));
        return all;
    }

    private static int sharedBytes(int chunkTokens) {
        return FIXED_SHARED_BYTES + chunkTokens * Float.BYTES;
    }

    private static long partialBytes(int maxRows) {
        return (long) maxRows * SamplingGroups.MAX_GROUP_BLOCKS * PARTIAL_BYTES;
    }

    @Override
    public void close() {
        module.close();
    }
}
