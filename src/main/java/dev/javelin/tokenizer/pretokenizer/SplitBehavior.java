package dev.javelin.tokenizer.pretokenizer;

/** What becomes of the matches of a splitting rule. Immutable. */
public enum SplitBehavior {
    /** Matches vanish. */
    REMOVED,
    /** Each match is a piece. */
    ISOLATED,
    /** A match belongs to what stands before it. */
    MERGED_WITH_PREVIOUS,
    /** A match belongs to what stands after it. */
    MERGED_WITH_NEXT,
    /** Neighbouring matches are one piece. */
    CONTIGUOUS
}
