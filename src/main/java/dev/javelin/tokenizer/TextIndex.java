package dev.javelin.tokenizer;

import java.util.Arrays;

/** From a token's text to its id: open addressing over the vocabulary's own strings. Thread-safe because immutable. */
final class TextIndex {
    private static final int EMPTY = -1;

    private final String[] texts;
    private final int[] slots;

    TextIndex(String[] texts) {
        this.texts = texts;
        this.slots = new int[Integer.highestOneBit(texts.length) * 4];
        Arrays.fill(slots, EMPTY);
        for (int id = 0; id < texts.length; id++) {
            if (!texts[id].isEmpty()) {
                int slot = slotOf(texts[id]);
                if (slots[slot] == EMPTY) {
                    slots[slot] = id;
                }
            }
        }
    }

    /** The id, or -1. */
    int find(String text) {
        return slots[slotOf(text)];
    }

    /** The slot that holds the text, or the empty one where it belongs. */
    private int slotOf(String text) {
        int mask = slots.length - 1;
        int hash = text.hashCode() * 0x9E3779B9;
        int slot = (hash ^ (hash >>> 15)) & mask;
        while (slots[slot] != EMPTY && !texts[slots[slot]].equals(text)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
