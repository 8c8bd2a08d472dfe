package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes products of large matrices with few tokens, which read their weights at memory speed where a library's matrix
 * product does not. Confined to the thread that owns the stream.
 *
 * <p>Up to 8 rows are kept whole in each multiprocessor's shared memory ({@code skinny_gemm.cu}), which also allows to
 * norm them on the way; more rows, or longer ones, stream along the weights ({@code skinny_split.cu}). Within one of
 * these kernels a row's result does not depend on how many other rows there are.
 */
public final class SkinnyGemm {
    /** What memory delivers while one kernel ends and the next one begins, beside what shared memory takes. */
    private static final long AHEAD_BYTES = 4L << 20;

    private final KernelCompiler compiler;
    private final ElementType type;
    private final DeviceProperties device;
    private final SkinnyTuning tuning;
    private final DeviceBuffer workspace;

    /**
     * A maker of products that share a workspace, so they must run on one stream.
     *
     * @param compiler for the device
     * @param type of tokens and weights
     * @param device where they run
     * @param workspace {@link #workspaceBytes} long; zeros are enqueued here, and every product leaves it ready
     * @param stream where the zeros are enqueued
     */
    public SkinnyGemm(
            KernelCompiler compiler,
            ElementType type,
            DeviceProperties device,
            DeviceBuffer workspace,
            CudaStream stream) {
        this(compiler, type, device, workspace, stream, SkinnyTuning.of(device));
    }

    SkinnyGemm(
            KernelCompiler compiler,
            ElementType type,
            DeviceProperties device,
            DeviceBuffer workspace,
            CudaStream stream,
            SkinnyTuning tuning) {
        workspace.requireBytes(workspaceBytes(device), "workspace of few-row products");
        this.compiler = compiler;
        this.type = type;
        this.device = device;
        this.tuning = tuning;
        this.workspace = workspace;
        DeviceCopies.fill(stream, workspace.slice(0, SkinnySplit.COUNTER_BYTES), (byte) 0);
    }

    /** Most rows of x on this device: 64, or fewer where shared memory is small. */
    public static int maxRows(DeviceProperties device) {
        return SkinnySplit.maxRows(device);
    }

    /** Whether rows of that many elements can be multiplied: 16-byte accesses want a multiple of 8. */
    public static boolean supports(int inputs) {
        return inputs > 0 && inputs % 8 == 0;
    }

    /** Bytes of the workspace on this device. */
    public static long workspaceBytes(DeviceProperties device) {
        return SkinnySplit.workspaceBytes(device);
    }

    /**
     * Most rows that a product of a normed input takes; 0 where the rows are too long for that.
     *
     * @param inputs elements of a row
     */
    public static int maxNormedRows(DeviceProperties device, int inputs) {
        return inputs > SkinnyResident.MAX_NORMED_INPUTS
                ? 0
                : SkinnyResident.maxRows(device, SkinnyTuning.of(device), inputs);
    }

    /** What {@link #product} will compile, so that many products can be compiled at once into the cache. */
    public static List<KernelSource> sources(
            ElementType type, DeviceProperties device, SkinnyShape shape, int mostRows) {
        SkinnyTuning tuning = SkinnyTuning.of(device);
        int residentRows = residentRows(device, tuning, shape, mostRows);
        List<KernelSource> sources = new ArrayList<>();
        if (residentRows > 0) {
            sources.add(SkinnyResident.source(type, tuning, shape));
        }
        for (int tokenFragments : SkinnySplit.variants(residentRows, mostRows)) {
            sources.add(SkinnySplit.source(type, device, shape, tokenFragments));
        }
        return sources;
    }

    /**
     * Compiles a product for 1 to {@code mostRows} rows; the caller closes it.
     *
     * @param mostRows up to {@link #maxRows}, or {@link #maxNormedRows} where the input is normed
     */
    public SkinnyProduct product(SkinnyShape shape, int mostRows) {
        return product(shape, mostRows, AHEAD_BYTES);
    }

    /**
     * The same for a product whose predecessor leaves the memory idle, as attention over few sequences does.
     *
     * @param aheadBytes how much of the weights L2 is asked for beyond what shared memory takes, from when the
     *     predecessor lets this kernel start
     */
    public SkinnyProduct product(SkinnyShape shape, int mostRows, long aheadBytes) {
        int residentRows = residentRows(device, tuning, shape, mostRows);
        SkinnyResident resident = residentRows == 0 ? null : resident(shape, residentRows, aheadBytes);
        List<SkinnySplit> splits = new ArrayList<>();
        for (int tokenFragments : SkinnySplit.variants(residentRows, mostRows)) {
            splits.add(split(shape, tokenFragments, aheadBytes));
        }
        return new SkinnyProduct(shape, mostRows, resident, splits);
    }

    private SkinnyResident resident(SkinnyShape shape, int mostRows, long aheadBytes) {
        return new SkinnyResident(
                compiler.compile(SkinnyResident.source(type, tuning, shape)),
                device,
                tuning,
                shape,
                mostRows,
                aheadBytes);
    }

    private SkinnySplit split(SkinnyShape shape, int tokenFragments, long aheadBytes) {
        return new SkinnySplit(
                compiler.compile(SkinnySplit.source(type, device, shape, tokenFragments)),
                device,
                tuning,
                shape,
                tokenFragments,
                workspace,
                aheadBytes);
    }

    private static int residentRows(DeviceProperties device, SkinnyTuning tuning, SkinnyShape shape, int mostRows) {
        int fitting = SkinnyResident.maxRows(device, tuning, shape.inputs());
        if (shape.normedInput() && shape.inputs() > SkinnyResident.MAX_NORMED_INPUTS) {
            throw new IllegalArgumentException("rows of " + shape.inputs() + " elements are too long to be normed here,"
                    + " the limit is " + SkinnyResident.MAX_NORMED_INPUTS);
        }
        Limits.requireRange("rows", mostRows, 1, shape.normedInput() ? fitting : maxRows(device));
        return fitting;
    }
}
