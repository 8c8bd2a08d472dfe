package dev.javelin.output;

import org.jspecify.annotations.Nullable;

/** Finds the first stop string in a choice's text and decides which text is safe to show. Confined to its lane. */
final class StopMatcher {
    private final StopStrings stopStrings;
    private final boolean includeStopString;
    private final StringBuilder unshown = new StringBuilder();
    private int state = StopStrings.START;
    private @Nullable String matched;

    StopMatcher(StopStrings stopStrings, boolean includeStopString) {
        this.stopStrings = stopStrings;
        this.includeStopString = includeStopString;
    }

    /**
     * Takes more text; after a match the rest is dropped.
     *
     * @param text what the decoder gave
     * @param mayMatch whether a stop string may end in this text; it may begin earlier
     * @return whether a stop string has been found
     */
    boolean push(String text, boolean mayMatch) {
        for (int i = 0; i < text.length() && matched == null; i++) {
            unshown.append(text.charAt(i));
            state = stopStrings.advance(state, text.charAt(i));
            if (mayMatch) {
                match(stopStrings.matched(state));
            }
        }
        return matched != null;
    }

    private void match(@Nullable String found) {
        if (found != null) {
            matched = found;
            if (!includeStopString) {
                unshown.setLength(unshown.length() - found.length());
            }
        }
    }

    /**
     * The text that is certain, each part once.
     *
     * @param atEnd whether no more text comes, so that nothing needs to be held back
     */
    String takeText(boolean atEnd) {
        boolean everything = atEnd || matched != null || includeStopString;
        int shownUnits = everything ? unshown.length() : unshown.length() - stopStrings.heldUnits(state);
        // Half a surrogate pair is no text: a stop string may begin with the same high half as another character.
        if (!everything && shownUnits > 0 && Character.isHighSurrogate(unshown.charAt(shownUnits - 1))) {
            shownUnits--;
        }
        String text = unshown.substring(0, shownUnits);
        unshown.delete(0, shownUnits);
        return text;
    }

    /** The stop string that was found, or null. */
    @Nullable String matched() {
        return matched;
    }
}
