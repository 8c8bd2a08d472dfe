package dev.javelin.cpu;

import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;

/**
 * A weight matrix by address. Immutable; valid as long as the weights it came from.
 *
 * @param address of row 0
 * @param rows output elements
 * @param columns input elements
 * @param format how a row's elements lie
 * @param rowBytes bytes from row to row
 */
record Matrix(long address, int rows, int columns, WeightFormat format, long rowBytes) {
    /** A weight's matrix; the weight's memory is native. */
    static Matrix of(Weight weight) {
        return new Matrix(
                weight.data().address(),
                Math.toIntExact(weight.rows()),
                Math.toIntExact(weight.columns()),
                weight.format(),
                weight.format().rowBytes(weight.columns()));
    }

    long rowAddress(int row) {
        return address + row * rowBytes;
    }

    /** Unpacks a row into consecutive floats, padded with zeros. */
    void unpackRow(int row, long target) {
        Unpacker.unpackRow(format, rowAddress(row), columns, target, Lanes.PAD * Float.BYTES);
    }
}
