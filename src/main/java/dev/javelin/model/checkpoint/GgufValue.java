package dev.javelin.model.checkpoint;

import java.util.List;

/**
 * A metadata value, its width forgotten: a reader asks for a whole number, not for a uint16. Immutable.
 *
 * <p>Unsigned 64-bit values beyond {@link Long#MAX_VALUE} are kept as {@link BigWhole}, which no typed accessor
 * returns.
 */
sealed interface GgufValue {
    /** A boolean. */
    record Flag(boolean value) implements GgufValue {}

    /** Any integer that fits a long. */
    record Whole(long value) implements GgufValue {}

    /** An unsigned integer of at least 2^63, as its bits. */
    record BigWhole(long bits) implements GgufValue {}

    /** A binary32 or binary64. */
    record Real(double value) implements GgufValue {}

    /** A string. */
    record Text(String value) implements GgufValue {}

    /** A list of booleans. */
    record Flags(List<Boolean> values) implements GgufValue {}

    /** A list of integers. */
    record Wholes(List<Long> values) implements GgufValue {}

    /** A list of floating-point numbers. */
    record Reals(List<Double> values) implements GgufValue {}

    /** A list of strings. */
    record Texts(List<String> values) implements GgufValue {}

    /** A list of lists. */
    record Lists(List<GgufValue> values) implements GgufValue {}

    /** What it is, for messages. */
    default String kind() {
        return switch (this) {
            case Flag _ -> "a boolean";
            case Whole _ -> "an integer";
            case BigWhole big -> "the integer " + Long.toUnsignedString(big.bits());
            case Real _ -> "a float";
            case Text _ -> "a string";
            case Flags _ -> "a list of booleans";
            case Wholes _ -> "a list of integers";
            case Reals _ -> "a list of floats";
            case Texts _ -> "a list of strings";
            case Lists _ -> "a list of lists";
        };
    }
}
