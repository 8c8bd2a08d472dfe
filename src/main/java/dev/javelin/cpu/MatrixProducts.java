package dev.javelin.cpu;

import java.util.List;

/**
 * Multiplies activations by packed matrices, on all threads. Confined to the engine thread.
 *
 * <p>The one place that chooses a kernel, by the number of tokens: one token streams packed rows ({@link PackedDot});
 * two to {@link #MOST_SHARED_TOKENS} share unpacked rows ({@link RowDot}); more use {@link PanelKernel}, whose
 * activations are transposed first ({@link TokenTiles}). Rows are cut into chunks that threads take as they get free.
 * In the last kind a chunk passes over {@link #BLOCK_TOKENS} tokens at a time, so that their activations stay in the
 * second-level cache while the chunk's rows are unpacked anew for each block.
 */
final class MatrixProducts {
    /** Most tokens that share an unpacked row with lanes along the row. */
    static final int MOST_SHARED_TOKENS = 8;

    private static final int BLOCK_TOKENS = 128;
    private static final int CHUNKS_PER_THREAD = 4;

    private final WorkerPool pool;
    private final long[] scratch;
    private final long[] sums;
    private final WorkerPool.Loop loop = this::chunk;

    private Projection projection = new Projection(List.of(), new long[0], new int[0]);
    private long input;
    private int inputStrideFloats;
    private int tokens;
    private int chunkRows;

    /**
     * Takes scratch memory for every thread.
     *
     * @param mostColumns most columns of any matrix
     */
    MatrixProducts(WorkerPool pool, RawMemory memory, int mostColumns) {
        this.pool = pool;
        scratch = new long[pool.threadCount()];
        sums = new long[pool.threadCount()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = memory.allocateFloats((long) PanelKernel.ROWS * Lanes.padded(mostColumns) + Lanes.PAD);
            sums[i] = memory.allocateFloats((long) PanelKernel.ROWS * TokenTiles.MOST_TILE_TOKENS);
        }
    }

    /** Whether so many tokens are multiplied in tiles, so that their activations must be transposed. */
    static boolean usesTiles(int tokens) {
        return tokens > MOST_SHARED_TOKENS;
    }

    /**
     * Computes every product of a projection.
     *
     * @param targets the matrices and where their products go
     * @param source activations: rows {@code strideFloats} apart, padded with zeros; or, where {@link #usesTiles},
     *     tiles
     * @param strideFloats floats from token to token in {@code source}; of no meaning in tiles
     * @param tokenCount tokens
     */
    void multiply(Projection targets, long source, int strideFloats, int tokenCount) {
        projection = targets;
        input = source;
        inputStrideFloats = strideFloats;
        tokens = tokenCount;
        int rows = 0;
        for (int i = 0; i < targets.matrices().size(); i++) {
            rows += targets.matrices().get(i).rows();
        }
        int share = Math.ceilDiv(rows, pool.threadCount() * CHUNKS_PER_THREAD);
        chunkRows = Math.ceilDiv(share, PanelKernel.ROWS) * PanelKernel.ROWS;
        int chunks = 0;
        for (int i = 0; i < targets.matrices().size(); i++) {
            chunks += Math.ceilDiv(targets.matrices().get(i).rows(), chunkRows);
        }
        pool.run(loop, chunks);
    }

    private void chunk(int chunk, int worker) {
        int index = 0;
        int within = chunk;
        while (true) {
            int chunks = Math.ceilDiv(projection.matrices().get(index).rows(), chunkRows);
            if (within < chunks) {
                break;
            }
            within -= chunks;
            index++;
        }
        Matrix matrix = projection.matrices().get(index);
        int from = within * chunkRows;
        int to = Math.min(from + chunkRows, matrix.rows());
        long output = projection.outputs()[index];
        int outputStride = projection.strideFloats()[index];
        if (tokens == 1) {
            PackedDot.rows(matrix, from, to, input, output, scratch[worker]);
        } else if (usesTiles(tokens)) {
            tiledRows(matrix, from, to, output, outputStride, worker);
        } else {
            sharedRows(matrix, from, to, output, outputStride, worker);
        }
    }

    private void sharedRows(Matrix matrix, int from, int to, long output, int outputStride, int worker) {
        long rows = scratch[worker];
        int columns = Lanes.padded(matrix.columns());
        long rowBytes = (long) columns * Float.BYTES;
        for (int row = from; row < to; row += RowDot.ROWS) {
            int count = Math.min(RowDot.ROWS, to - row);
            for (int r = 0; r < count; r++) {
                matrix.unpackRow(row + r, rows + r * rowBytes);
            }
            boolean whole = count == RowDot.ROWS;
            long y = whole ? output + (long) row * Float.BYTES : sums[worker];
            dots(rows, columns, y, (long) (whole ? outputStride : RowDot.ROWS) * Float.BYTES);
            for (int t = 0; !whole && t < tokens; t++) {
                float sum = RawMemory.floatAt(y + (long) t * RowDot.ROWS * Float.BYTES);
                RawMemory.putFloat(output + ((long) t * outputStride + row) * Float.BYTES, sum);
            }
        }
    }

    /** Multiplies two unpacked rows by all tokens: four, two, then one at a time. */
    private void dots(long rows, int columns, long y, long outputBytes) {
        long rowBytes = (long) columns * Float.BYTES;
        long tokenBytes = (long) inputStrideFloats * Float.BYTES;
        int done = 0;
        while (tokens - done >= 4) {
            RowDot.fourTokens(
                    rows,
                    rowBytes,
                    columns,
                    input + done * tokenBytes,
                    tokenBytes,
                    y + done * outputBytes,
                    outputBytes);
            done += 4;
        }
        if (tokens - done >= 2) {
            RowDot.twoTokens(
                    rows,
                    rowBytes,
                    columns,
                    input + done * tokenBytes,
                    tokenBytes,
                    y + done * outputBytes,
                    outputBytes);
            done += 2;
        }
        if (tokens > done) {
            RowDot.oneToken(rows, rowBytes, columns, input + done * tokenBytes, y + done * outputBytes);
        }
    }

    private void tiledRows(Matrix matrix, int from, int to, long output, int outputStride, int worker) {
        int tileTokens = TokenTiles.tileTokens(tokens);
        int columns = Lanes.padded(matrix.columns());
        long rowBytes = (long) columns * Float.BYTES;
        long rows = scratch[worker];
        for (int block = 0; block < tokens; block += BLOCK_TOKENS) {
            int blockEnd = Math.min(tokens, block + BLOCK_TOKENS);
            for (int row = from; row < to; row += PanelKernel.ROWS) {
                int count = Math.min(PanelKernel.ROWS, to - row);
                // rows past the last keep what they hold: their sums are computed and dropped
                for (int r = 0; r < count; r++) {
                    matrix.unpackRow(row + r, rows + r * rowBytes);
                }
                for (int t = block; t < blockEnd; t += tileTokens) {
                    kernel(tileTokens, rows, columns, input + (long) t * columns * Float.BYTES, sums[worker]);
                    long y = output + ((long) t * outputStride + row) * Float.BYTES;
                    TokenTiles.scatter(
                            sums[worker], tileTokens, count, Math.min(tileTokens, blockEnd - t), y, outputStride);
                }
            }
        }
    }

    private static void kernel(int tileTokens, long rows, int columns, long tile, long out) {
        long tileBytes = (long) tileTokens * Float.BYTES;
        if (tileTokens == 2 * Lanes.COUNT) {
            PanelKernel.fourByTwo(rows, columns, tile, tileBytes, out, tileBytes);
        } else {
            PanelKernel.fourByOne(rows, columns, tile, tileBytes, out, tileBytes);
        }
    }
}
