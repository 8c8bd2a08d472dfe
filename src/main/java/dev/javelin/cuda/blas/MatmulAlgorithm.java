package dev.javelin.cuda.blas;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How cuBLASLt computes a product: opaque words, which its documentation allows to store and restore for the same
 * version of the library. Immutable; equal by content.
 *
 * @param words eight of them
 */
record MatmulAlgorithm(long[] words) {
    static final int WORDS = 8;
    private static final int WORD_DIGITS = 16;

    /** Copies the words. */
    MatmulAlgorithm {
        if (words.length != WORDS) {
            throw new IllegalArgumentException("an algorithm has " + WORDS + " words, not " + words.length);
        }
        words = words.clone();
    }

    /** As 128 hexadecimal digits. */
    String text() {
        StringBuilder text = new StringBuilder(WORDS * WORD_DIGITS);
        for (long word : words) {
            text.append(HexFormat.of().toHexDigits(word));
        }
        return text.toString();
    }

    /** The reverse of {@link #text}; empty where it is none. */
    static Optional<MatmulAlgorithm> tryParse(String text) {
        if (!text.matches("[0-9a-f]{" + WORDS * WORD_DIGITS + "}")) {
            return Optional.empty();
        }
        long[] words = new long[WORDS];
        for (int index = 0; index < WORDS; index++) {
            words[index] = HexFormat.fromHexDigitsToLong(text, index * WORD_DIGITS, (index + 1) * WORD_DIGITS);
        }
        return Optional.of(new MatmulAlgorithm(words));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MatmulAlgorithm algorithm && Arrays.equals(words, algorithm.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }
}
