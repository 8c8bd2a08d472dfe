package dev.javelin.tokenizer.template;

import java.math.BigInteger;

/** Python's range. Immutable. Bounds fit a long; the sandbox keeps the count below 100,000. */
record PyRange(long start, long stop, long step) {
    /** The sandbox's own limit. */
    static final int MAX_ITEMS = 100_000;

    PyRange {
        if (step == 0) {
            throw PyError.value("range() arg 3 must not be zero");
        }
        if (count(start, stop, step).compareTo(BigInteger.valueOf(MAX_ITEMS)) > 0) {
            throw new PyError(
                    PyError.Kind.OVERFLOW,
                    "Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX_ITEMS + ").");
        }
    }

    private static BigInteger count(long start, long stop, long step) {
        BigInteger span = BigInteger.valueOf(stop).subtract(BigInteger.valueOf(start));
        BigInteger by = BigInteger.valueOf(step);
        if (span.signum() != by.signum()) {
            return BigInteger.ZERO;
        }
        return span.abs().subtract(BigInteger.ONE).divide(by.abs()).add(BigInteger.ONE);
    }

    int itemCount() {
        return count(start, stop, step).intValue();
    }

    long at(int index) {
        return start + index * step;
    }

    boolean contains(long value) {
        long span = value - start;
        return span % step == 0 && span / step >= 0 && span / step < itemCount();
    }

    /** The range that a slice of this one gives. */
    PyRange slice(int from, int count, int by) {
        long first = at(from);
        return new PyRange(first, first + count * (step * by), step * by);
    }
}
