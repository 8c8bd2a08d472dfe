package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import dev.javelin.model.WeightFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What this machine's cores can do at best, measured: the fastest of several passes, with this package's own kernels.
 * Immutable.
 *
 * @param readBytesPerSecond memory that all threads together read, far more than the caches hold
 * @param copyBytesPerSecond memory that they copy: bytes read and bytes written, added
 * @param gemmFlopsPerSecond of an f32 matrix product, {@link #GEMM_ROWS} by {@link #GEMM_COLUMNS} by
 *     {@link #GEMM_TOKENS}; a multiply-add counts twice
 */
public record CoreCeilings(double readBytesPerSecond, double copyBytesPerSecond, double gemmFlopsPerSecond) {
    /** Output elements of the measured product. */
    public static final int GEMM_ROWS = 1024;
    /** Inputs of each. */
    public static final int GEMM_COLUMNS = 1024;
    /** Tokens that are multiplied at once. */
    public static final int GEMM_TOKENS = 256;

    private static final long CHUNK_BYTES = 4L << 20;
    private static final int CHUNKS = 64;
    private static final long NANOS_EACH = 500_000_000;

    /**
     * Measures for about two seconds.
     *
     * @param threads threads that work, as many as the runner's
     */
    public static CoreCeilings measure(int threads) {
        try (WorkerPool pool = new WorkerPool(threads);
                RawMemory memory = new RawMemory()) {
            long bytes = CHUNKS * CHUNK_BYTES;
            long buffer = memory.allocate(bytes);
            ALL.asSlice(buffer, bytes).fill((byte) 1); // untouched pages would all be one page of zeros
            float[] kept = new float[CHUNKS];
            double read =
                    fastest(() -> pool.run((chunk, _) -> kept[chunk] = sum(buffer + chunk * CHUNK_BYTES), CHUNKS));
            int half = CHUNKS / 2;
            double copy = fastest(() -> pool.run((chunk, _) -> copy(buffer, chunk, half), half));
            double product = fastest(gemm(pool, memory));
            if (Float.isNaN(kept[0])) {
                throw new IllegalStateException("the sum of small numbers is not a number");
            }
            double flops = 2.0 * GEMM_ROWS * GEMM_COLUMNS * GEMM_TOKENS;
            return new CoreCeilings(bytes / read, 2.0 * half * CHUNK_BYTES / copy, flops / product);
        }
    }

    private static void copy(long buffer, int chunk, int half) {
        RawMemory.copy(buffer + chunk * CHUNK_BYTES, buffer + (half + chunk) * CHUNK_BYTES, CHUNK_BYTES);
    }

    private static float sum(long address) {
        long step = (long) Lanes.COUNT * Float.BYTES;
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (long at = address; at < address + CHUNK_BYTES; at += 4 * step) {
            a = a.add(FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, at, Lanes.ORDER));
            b = b.add(FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, at + step, Lanes.ORDER));
            c = c.add(FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, at + 2 * step, Lanes.ORDER));
            d = d.add(FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, at + 3 * step, Lanes.ORDER));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    private static Runnable gemm(WorkerPool pool, RawMemory memory) {
        long weights = memory.allocateFloats((long) GEMM_ROWS * GEMM_COLUMNS);
        ALL.asSlice(weights, (long) GEMM_ROWS * GEMM_COLUMNS * Float.BYTES).fill((byte) 1);
        Matrix matrix =
                new Matrix(weights, GEMM_ROWS, GEMM_COLUMNS, WeightFormat.F32, WeightFormat.F32.rowBytes(GEMM_COLUMNS));
        long tiles = memory.allocateFloats((long) Lanes.padded(GEMM_COLUMNS) * (GEMM_TOKENS + Lanes.PAD));
        long out = memory.allocateFloats((long) GEMM_ROWS * GEMM_TOKENS);
        MatrixProducts products = new MatrixProducts(pool, memory, GEMM_COLUMNS);
        Projection projection = Projection.of(matrix, out, GEMM_ROWS);
        return () -> products.multiply(projection, tiles, Lanes.padded(GEMM_COLUMNS), GEMM_TOKENS);
    }

    /** Seconds of the fastest pass within a time; there are at least two. */
    private static double fastest(Runnable pass) {
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        long begun = start;
        for (int passes = 0; start - begun < NANOS_EACH || passes < 2; passes++) {
            pass.run();
            long now = System.nanoTime();
            least = Math.min(least, now - start);
            start = now;
        }
        return least * 1e-9;
    }
}
