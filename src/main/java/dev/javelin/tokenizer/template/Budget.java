package dev.javelin.tokenizer.template;

/** What is left of a render's limits. Confined to the thread of one render. */
final class Budget {
    /** Characters that a search compares in the time of about one step. */
    private static final long SEARCH_CHARS_PER_STEP = 256;

    private final TemplateLimits limits;
    private long stepsLeft;
    private long charsLeft;
    private int depth;

    Budget(TemplateLimits limits) {
        this.limits = limits;
        this.stepsLeft = limits.maxSteps();
        this.charsLeft = limits.maxAllocatedChars();
    }

    void step() {
        if (--stepsLeft < 0) {
            throw outOfSteps();
        }
    }

    void steps(long count) {
        stepsLeft -= count;
        if (stepsLeft < 0) {
            throw outOfSteps();
        }
    }

    /** Charges a search for {@code needleChars} in {@code textChars} by its worst case. */
    void search(long textChars, long needleChars) {
        steps(1 + textChars * Math.max(1, needleChars) / SEARCH_CHARS_PER_STEP);
    }

    /** Charges a walk over a value if it is a text: what costs one node must not hide millions of characters. */
    void walk(Object value) {
        if (value instanceof String text && text.length() >= SEARCH_CHARS_PER_STEP) {
            steps(text.length() / SEARCH_CHARS_PER_STEP);
        } else if (value instanceof Markup markup) {
            steps(markup.text().length() / SEARCH_CHARS_PER_STEP);
        }
    }

    /** Charges a value of that many characters or items before it is made. */
    void allocate(long units) {
        if (units > limits.maxOutputChars()) {
            throw PyError.limit("a value of " + units + " characters or items passes the limit of "
                    + limits.maxOutputChars() + " (maxOutputChars)");
        }
        charsLeft -= units;
        if (charsLeft < 0) {
            throw PyError.limit("the text and lists made while rendering pass the limit of "
                    + limits.maxAllocatedChars() + " characters and items (maxAllocatedChars)");
        }
    }

    /** Charges a finished string and hands it back. */
    String made(String text) {
        allocate(text.length());
        return text;
    }

    void checkOutput(long chars) {
        if (chars > limits.maxOutputChars()) {
            throw PyError.limit(
                    "output passes the limit of " + limits.maxOutputChars() + " characters (maxOutputChars)");
        }
    }

    void enter() {
        step();
        if (++depth > limits.maxDepth()) {
            throw tooDeep(limits.maxDepth());
        }
    }

    void leave() {
        depth--;
    }

    static PyError tooDeep(int maxDepth) {
        return PyError.limit("nesting passes the limit of " + maxDepth + " levels (maxDepth)");
    }

    private PyError outOfSteps() {
        stepsLeft = 0;
        return PyError.limit("rendering passes the limit of " + limits.maxSteps() + " steps (maxSteps)");
    }
}
