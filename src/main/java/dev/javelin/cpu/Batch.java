package dev.javelin.cpu;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.StepPlan;

/**
 * A plan's rows laid out as one run of tokens. Confined to the engine thread while it is filled; then read by workers.
 * Reused from step to step.
 *
 * <p>Row r's tokens are {@code [firstToken[r], firstToken[r + 1])} of the step; a tile is up to {@link #TILE_TOKENS}
 * tokens of one row that attend together.
 */
final class Batch {
    /** Tokens of a row that attend together, sharing loads of keys and values. */
    static final int TILE_TOKENS = 8;

    final int[] tokenIds;
    final int[] positions;
    final int[] rowOfToken;
    final int[] firstToken;
    final Slot[] slots;
    final int[] tileFirstToken;
    final int[] tileTokens;
    int rowCount;
    int tokenCount;
    int tileCount;

    Batch(int mostRows, int mostTokens) {
        tokenIds = new int[mostTokens];
        positions = new int[mostTokens];
        rowOfToken = new int[mostTokens];
        firstToken = new int[mostRows + 1];
        slots = new Slot[mostRows];
        int mostTiles = mostRows + mostTokens / TILE_TOKENS + 1;
        tileFirstToken = new int[mostTiles];
        tileTokens = new int[mostTiles];
    }

    /** Lays a plan out and moves its slots on by their rows' tokens. */
    void fill(StepPlan plan, Slots allSlots) {
        if (plan.tokenCount() > tokenIds.length || plan.rows().size() > slots.length) {
            throw new IllegalStateException("a plan has " + plan.rows().size() + " rows and " + plan.tokenCount()
                    + " tokens, the limits are " + slots.length + " and " + tokenIds.length);
        }
        rowCount = plan.rows().size();
        tokenCount = 0;
        tileCount = 0;
        for (int r = 0; r < rowCount; r++) {
            PlanRow row = plan.rows().get(r);
            Slot slot = allSlots.slot(row.slotId());
            firstToken[r] = tokenCount;
            slots[r] = slot;
            for (int i = 0; i < row.tokenCount(); i++) {
                put(row, r, i, slot);
            }
            for (int i = 0; i < row.tokenCount(); i += TILE_TOKENS) {
                tileFirstToken[tileCount] = firstToken[r] + i;
                tileTokens[tileCount] = Math.min(TILE_TOKENS, row.tokenCount() - i);
                tileCount++;
            }
            slot.lengthTokens += row.tokenCount();
        }
        firstToken[rowCount] = tokenCount;
    }

    private void put(PlanRow row, int rowIndex, int i, Slot slot) {
        int tokenId = switch (row.input()) {
            case RowInput.HostTokens host -> host.tokenIds()[host.offset() + i];
            case RowInput.LastSampled last -> slot.lastTokenId;
        };
        int position = slot.lengthTokens + i;
        tokenIds[tokenCount] = tokenId;
        positions[tokenCount] = position;
        rowOfToken[tokenCount] = rowIndex;
        tokenCount++;
        TokenHistory history = slot.history;
        if (history != null) {
            history.put(position, tokenId);
        }
    }
}
