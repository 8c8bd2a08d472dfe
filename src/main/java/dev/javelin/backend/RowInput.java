package dev.javelin.backend;

/** Where a row's token ids come from. Immutable. */
public sealed interface RowInput {
    /**
     * Ids that the host knows.
     *
     * @param tokenIds holds the ids; not changed between launch and await in the range that is read
     * @param offset index of the row's first id
     */
    record HostTokens(int[] tokenIds, int offset) implements RowInput {}

    /** The one token that the slot's previous row drew; it may still be in flight. */
    record LastSampled() implements RowInput {}

    /** The only instance that is needed. */
    RowInput LAST_SAMPLED = new LastSampled();
}
