package dev.javelin.scheduler;

import dev.javelin.backend.SlotSampling;

/**
 * What one answer needs: one choice of a request. Immutable; the arrays are never changed.
 *
 * @param sequenceId unique in the engine
 * @param promptTokenIds at least one
 * @param sampling how tokens are drawn
 * @param maxTokens most tokens of the answer, at least 1
 * @param endTokenIds the answer ends with the first of these; ascending
 * @param scoresPrompt whether log-probabilities of the prompt are wanted: its prefix is not taken from the cache then
 * @param priority smaller numbers first
 * @param arrivalOrder breaks ties: smaller numbers first
 * @param cacheSalt separates cached prefixes
 */
public record SequenceRequest(
        long sequenceId,
        int[] promptTokenIds,
        SlotSampling sampling,
        int maxTokens,
        int[] endTokenIds,
        boolean scoresPrompt,
        int priority,
        long arrivalOrder,
        String cacheSalt) {}
