package dev.javelin.tokenizer;

/**
 * Ids to text while they arrive. Confined to its request: not thread-safe.
 *
 * <p>For any way of cutting a list of ids into pushes, the deltas joined with what {@link #finish()} returns are the
 * text of decoding the list whole. A delta never ends within a character or between two surrogates: up to three bytes
 * are held back.
 */
public final class IncrementalDecoder {
    private final Vocabulary vocabulary;
    private final LeadingSpace leadingSpace;
    private final DecodeOptions options;
    private final Utf8Decoder utf8 = new Utf8Decoder();
    private final StringBuilder delta = new StringBuilder();
    private boolean atTextStart = true;

    /**
     * A decoder at the beginning of a text.
     *
     * @param vocabulary the tokens
     * @param leadingSpace what happens to the first space
     * @param options whether special tokens are skipped
     */
    public IncrementalDecoder(Vocabulary vocabulary, LeadingSpace leadingSpace, DecodeOptions options) {
        this.vocabulary = vocabulary;
        this.leadingSpace = leadingSpace;
        this.options = options;
    }

    /**
     * Takes the next id.
     *
     * @param id of the vocabulary
     * @return the text that became certain, often empty
     * @throws dev.javelin.error.JavelinException INVALID_REQUEST for an id outside the vocabulary
     */
    public String push(int id) {
        append(id);
        return takeDelta();
    }

    /** Takes several ids at once. */
    public String push(int[] ids) {
        for (int id : ids) {
            append(id);
        }
        return takeDelta();
    }

    /** Takes ids whose text is known already, such as a prompt's; only an unfinished character of theirs counts. */
    public void skip(int[] ids) {
        for (int id : ids) {
            append(id);
        }
        delta.setLength(0);
    }

    /** The text's end: what was held back, as U+FFFD. The decoder then stands at the same place as before. */
    public String finish() {
        utf8.finish(delta);
        return takeDelta();
    }

    private void append(int id) {
        int byteCount = vocabulary.byteCount(id);
        TokenType type = vocabulary.type(id);
        if (options.skipSpecial() && type.isSpecial()) {
            return;
        }
        boolean first = atTextStart;
        atTextStart = atTextStart && byteCount == 0;
        for (int index = 0; index < byteCount; index++) {
            byte value = vocabulary.byteAt(id, index);
            if (!first || !isDropped(value, index, type)) {
                utf8.push(value, delta);
            }
        }
    }

    private boolean isDropped(byte value, int index, TokenType type) {
        return value == ' '
                && switch (leadingSpace) {
                    case KEEP -> false;
                    case STRIP_ONE -> index == 0;
                    case STRIP_FIRST_TOKEN -> type == TokenType.NORMAL;
                };
    }

    private String takeDelta() {
        if (delta.isEmpty()) {
            return "";
        }
        String text = delta.toString();
        delta.setLength(0);
        return text;
    }
}
