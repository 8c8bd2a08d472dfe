package dev.javelin.generation;

/**
 * What a request cost. Immutable.
 *
 * @param promptTokens tokens of the prompt, counted once however many choices
 * @param completionTokens tokens of all answers; those that ran past a stop string are not counted
 * @param cachedPromptTokens prompt tokens whose keys and values came from the prefix cache
 */
public record Usage(int promptTokens, int completionTokens, int cachedPromptTokens) {}
