package dev.javelin.tokenizer.pipeline;

/**
 * A token that is found in the text before the model sees it. Immutable.
 *
 * @param id its id
 * @param content its text
 * @param special recognised only when asked
 * @param normalized looked for in the normalized text, in its normalized form
 * @param singleWord only where no word character touches it
 * @param stripLeft takes the white space before it along
 * @param stripRight takes the white space after it along
 */
public record AddedToken(
        int id,
        String content,
        boolean special,
        boolean normalized,
        boolean singleWord,
        boolean stripLeft,
        boolean stripRight) {
    /** A token that is looked for in the raw text and stands for itself only. */
    public static AddedToken plain(int id, String content, boolean special) {
        return new AddedToken(id, content, special, false, false, false, false);
    }
}
