package dev.javelin.cpu;

/**
 * Products of packed rows with one token: the kernel of a single sequence's decode, bound by how fast weights stream
 * from memory. Stateless.
 */
final class PackedDot {
    private PackedDot() {}

    /**
     * Multiplies rows {@code [from, to)}.
     *
     * @param matrix the rows
     * @param from first row, a multiple of {@link RowDot#ROWS}
     * @param to end
     * @param x one token's activations, padded with zeros
     * @param y the products; row r goes to float r
     * @param scratch memory for {@link RowDot#ROWS} unpacked rows and as many sums
     */
    static void rows(Matrix matrix, int from, int to, long x, long y, long scratch) {
        int columns = Lanes.padded(matrix.columns());
        long rowBytes = (long) columns * Float.BYTES;
        for (int row = from; row < to; row += RowDot.ROWS) {
            int count = Math.min(RowDot.ROWS, to - row);
            for (int r = 0; r < count; r++) {
                matrix.unpackRow(row + r, scratch + r * rowBytes);
            }
            long sums = scratch + RowDot.ROWS * rowBytes;
            long out = count == RowDot.ROWS ? y + (long) row * Float.BYTES : sums;
            RowDot.oneToken(scratch, rowBytes, columns, x, out);
            if (count < RowDot.ROWS) {
                RawMemory.copy(sums, y + (long) row * Float.BYTES, (long) count * Float.BYTES);
            }
        }
    }
}
