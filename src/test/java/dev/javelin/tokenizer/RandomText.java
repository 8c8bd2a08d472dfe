package dev.javelin.tokenizer;

import java.util.Random;

/** Texts that hit rules' edges: words, spaces, signs, several scripts, marks, pairs of surrogates. */
public final class RandomText {
    private static final String[] PARTS = {
        "a",
        "the",
        "The",
        "hello",
        "'s",
        "'LL",
        "'",
        "d",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "0",
        "12345",
        "\u00BD",
        ".",
        ",",
        "--",
        "(",
        "<|end|>",
        "<s>",
        "<left>",
        "word",
        "\u00E9",
        "e\u0301",
        "\u00DF",
        "\u0416\u0434",
        "\u4F60\u597D",
        "\u3053",
        "\uAC00",
        "\u1112\u1161\u11AB",
        "\uD83D\uDC4D\uD83C\uDFFD",
        "\u200D",
        "\uFE0F",
        "\uD835\uDCB3",
        "\u00A0",
        "\u2003",
        "\u3000",
        "\u0085",
        "\u2028",
        "\u2581",
        "\u0120",
        "\u017F",
        "\u0000",
        "\u001C",
        "\uFFFD",
        "x",
        "q",
        "-"
    };

    private RandomText() {}

    /** A text of some parts, now and then with any code point at all. */
    public static String of(Random random, int parts) {
        return of(random, parts, 0x110000);
    }

    /** The same with characters whose properties every version of Unicode agrees on: libraries differ in theirs. */
    public static String ofOldCharacters(Random random, int parts) {
        return of(random, parts, 0x370);
    }

    private static String of(Random random, int parts, int codePointLimit) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts; i++) {
            if (random.nextInt(12) == 0) {
                text.appendCodePoint(anyCodePoint(random, codePointLimit));
            } else {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            }
        }
        return text.toString();
    }

    private static int anyCodePoint(Random random, int limit) {
        int codePoint = random.nextInt(random.nextInt(4) == 0 ? limit : Math.min(limit, 0x3000));
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return surrogate ? 'x' : codePoint;
    }
}
