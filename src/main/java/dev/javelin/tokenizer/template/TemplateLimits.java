package dev.javelin.tokenizer.template;

/**
 * What one template may cost. Immutable. Every limit ends in a {@code TEMPLATE_FAILED} error that names it.
 *
 * @param maxSourceChars UTF-16 units of template source that {@link ChatTemplate#compile} accepts
 * @param maxOutputChars UTF-16 units of rendered text, and of any one string a template builds on the way
 * @param maxSteps nodes evaluated plus items visited during one render: the deterministic stand-in for a deadline
 * @param maxAllocatedChars UTF-16 units of text plus list items made during one render, garbage included
 * @param maxDepth nested nodes, macro calls and values, in the parser and during a render
 */
public record TemplateLimits(
        int maxSourceChars, int maxOutputChars, long maxSteps, long maxAllocatedChars, int maxDepth) {
    /** Enough for a million characters of conversation; a hostile template ends within a few seconds. */
    public static final TemplateLimits DEFAULT =
            new TemplateLimits(1_000_000, 16_000_000, 20_000_000L, 256_000_000L, 1_000);

    /** Refuses limits that nothing could pass. */
    public TemplateLimits {
        if (maxSourceChars < 1 || maxOutputChars < 1 || maxSteps < 1 || maxAllocatedChars < 1 || maxDepth < 1) {
            throw new IllegalArgumentException("every template limit is at least 1");
        }
    }
}
