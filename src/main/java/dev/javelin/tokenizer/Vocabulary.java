package dev.javelin.tokenizer;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Every token: id, text as the vocabulary writes it, the bytes it stands for, type. Thread-safe because immutable.
 *
 * <pre>
 * blob     | bytes of token 0 | bytes of token 1 | ...
 * offsets  0                  o1                 o2 ...     token i is [offsets[i], offsets[i+1])
 * </pre>
 */
public final class Vocabulary {
    /** More tokens than any known vocabulary by a factor of sixteen; beyond it a file is taken for damaged. */
    public static final int MAX_TOKENS = 1 << 22;

    private final String[] texts;
    private final TokenType[] types;
    private final byte[] blob;
    private final int[] offsets;
    private final TextIndex byText;

    /**
     * A vocabulary of the given tokens.
     *
     * @param texts text of each id; empty for a hole
     * @param types type of each id
     * @param spelling how texts stand for bytes
     * @throws JavelinException MODEL_CORRUPT when there are no tokens or too many
     */
    public Vocabulary(String[] texts, TokenType[] types, TokenSpelling spelling) {
        if (texts.length == 0 || texts.length > MAX_TOKENS || texts.length != types.length) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    "vocabulary has " + texts.length + " tokens and " + types.length + " types, expected 1 to "
                            + MAX_TOKENS + " of both");
        }
        this.texts = texts.clone();
        this.types = types.clone();
        this.offsets = new int[texts.length + 1];
        byte[] bytes = new byte[texts.length * 8];
        for (int id = 0; id < texts.length; id++) {
            byte[] token = spelling.bytes(texts[id], types[id]);
            int end = Math.addExact(offsets[id], token.length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length + (bytes.length >> 1)));
            }
            System.arraycopy(token, 0, bytes, offsets[id], token.length);
            offsets[id + 1] = end;
        }
        this.blob = Arrays.copyOf(bytes, offsets[texts.length]);
        this.byText = new TextIndex(this.texts);
    }

    /** The count of ids, holes included: ids are in [0, sizeTokens). */
    public int sizeTokens() {
        return texts.length;
    }

    /** A token as the vocabulary writes it; empty for a hole. */
    public String text(int id) {
        return texts[checked(id)];
    }

    /** A token's type. */
    public TokenType type(int id) {
        return types[checked(id)];
    }

    /** A copy of the bytes that a token stands for. */
    public byte[] bytes(int id) {
        checked(id);
        return Arrays.copyOfRange(blob, offsets[id], offsets[id + 1]);
    }

    /** The id of the token with exactly this text, the lowest where several have it. */
    public OptionalInt id(String text) {
        int id = byText.find(text);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id of the token with exactly this text if merges may produce it. */
    public OptionalInt mergeableId(String text) {
        int id = byText.find(text);
        return id < 0 || !types[id].isMergeable() ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The count of bytes that a token stands for. */
    int byteCount(int id) {
        checked(id);
        return offsets[id + 1] - offsets[id];
    }

    /** One of the bytes of a checked id. */
    byte byteAt(int id, int index) {
        return blob[offsets[id] + index];
    }

    private int checked(int id) {
        if (id < 0 || id >= texts.length) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST,
                    "token id " + id + " is outside the vocabulary of " + texts.length + " tokens");
        }
        return id;
    }
}
