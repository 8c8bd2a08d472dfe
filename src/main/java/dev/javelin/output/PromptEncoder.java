package dev.javelin.output;

import dev.javelin.error.JavelinException;
import dev.javelin.generation.Prompt;

/** Renders and encodes prompts of every kind. Thread-safe: called by all {@code tokenize-*} threads. */
@FunctionalInterface
public interface PromptEncoder {
    /**
     * The ids of a prompt; may take milliseconds of CPU.
     *
     * @throws JavelinException TEMPLATE_FAILED, or INVALID_REQUEST for a text that cannot be encoded
     */
    int[] encode(Prompt prompt);
}
