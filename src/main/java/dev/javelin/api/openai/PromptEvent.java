package dev.javelin.api.openai;

import dev.javelin.generation.GenerationEvent;

/**
 * An event of one of a request's prompts. Immutable.
 *
 * @param promptIndex which prompt, from 0
 * @param event what happened
 */
record PromptEvent(int promptIndex, GenerationEvent event) {}
