package dev.javelin.tokenizer.pipeline;

import java.util.stream.IntStream;

/**
 * The ids that the model wants around a text. Immutable; the arrays are not to be changed.
 *
 * @param prefixIds before it, usually bos
 * @param suffixIds after it, usually none
 */
public record Template(int[] prefixIds, int[] suffixIds) {
    /** Nothing around the text. */
    public static final Template NONE = new Template(new int[0], new int[0]);

    /** This template around the text, another one around both. */
    public Template within(Template outer) {
        return new Template(
                IntStream.concat(IntStream.of(outer.prefixIds), IntStream.of(prefixIds))
                        .toArray(),
                IntStream.concat(IntStream.of(suffixIds), IntStream.of(outer.suffixIds))
                        .toArray());
    }
}
