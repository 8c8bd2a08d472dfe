package dev.javelin.tokenizer.bpe;

import org.jspecify.annotations.Nullable;

/**
 * The ids of pieces seen before. Thread-safe without locks: entries are immutable, a slot holds the last piece that
 * hashed to it, and a lost update costs nothing but time.
 *
 * <p>Bounded: 16,384 slots of pieces up to 48 chars, at most about 5 MB.
 */
final class PieceCache {
    private static final int SLOT_BITS = 14;
    private static final int MAX_PIECE_CHARS = 48;

    /** Final fields make a racy read of a slot see a whole entry (Java Language Specification 17.5). */
    private record Entry(String piece, int hash, int[] ids) {}

    private final @Nullable Entry[] slots = new @Nullable Entry[1 << SLOT_BITS];

    static boolean takes(int pieceChars) {
        return pieceChars <= MAX_PIECE_CHARS;
    }

    static int hash(String text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        return hash;
    }

    /** The ids of text[start, end), not to be changed, or null. */
    int @Nullable [] find(String text, int start, int end, int hash) {
        Entry entry = slots[slot(hash)];
        if (entry != null
                && entry.hash == hash
                && entry.piece.length() == end - start
                && text.startsWith(entry.piece, start)) {
            return entry.ids;
        }
        return null;
    }

    void put(String piece, int hash, int[] ids) {
        slots[slot(hash)] = new Entry(piece, hash, ids);
    }

    private static int slot(int hash) {
        return (hash * 0x9E3779B9) >>> (32 - SLOT_BITS);
    }
}
