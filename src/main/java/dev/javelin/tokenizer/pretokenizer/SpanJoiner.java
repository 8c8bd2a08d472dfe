package dev.javelin.tokenizer.pretokenizer;

/** Joins matches and what stands between them into pieces, as a behavior says. Confined to one split. */
final class SpanJoiner {
    private final String text;
    private final int textStart;
    private final boolean first;
    private final SplitBehavior behavior;
    private final PieceSink sink;

    /** The piece that may still grow: [pendingStart, pendingEnd), empty when there is none. */
    private int pendingStart;

    private int pendingEnd;
    private boolean pendingMatch;

    SpanJoiner(String text, int textStart, boolean first, SplitBehavior behavior, PieceSink sink) {
        this.text = text;
        this.textStart = textStart;
        this.first = first;
        this.behavior = behavior;
        this.sink = sink;
    }

    /** Takes the next span; it is not empty. */
    void span(int start, int end, boolean isMatch) {
        if (isMatch && behavior == SplitBehavior.REMOVED) {
            finish();
            return;
        }
        if (pendingStart < pendingEnd && pendingEnd == start && joins(isMatch)) {
            pendingEnd = end;
        } else {
            finish();
            pendingStart = start;
            pendingEnd = end;
        }
        pendingMatch = isMatch;
    }

    private boolean joins(boolean isMatch) {
        return switch (behavior) {
            case REMOVED, ISOLATED -> false;
            case MERGED_WITH_PREVIOUS -> isMatch && !pendingMatch;
            case MERGED_WITH_NEXT -> pendingMatch && !isMatch;
            case CONTIGUOUS -> isMatch == pendingMatch;
        };
    }

    void finish() {
        if (pendingStart < pendingEnd) {
            sink.piece(text, pendingStart, pendingEnd, first && pendingStart == textStart);
        }
        pendingStart = 0;
        pendingEnd = 0;
    }
}
