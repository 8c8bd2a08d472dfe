package dev.javelin.model;

import org.jspecify.annotations.Nullable;

/**
 * Grouped-query attention of one layer. Immutable.
 *
 * @param headCount query heads
 * @param kvHeadCount key and value heads; divides {@code headCount}, query head h reads key head {@code h / (headCount
 *     / kvHeadCount)}
 * @param headDim elements of a head
 * @param scale multiplies query times key
 * @param projectionBias whether query, key and value projections add a bias
 * @param headNorm normalises each query and key head before the rotation, or null
 * @param rotary the rotary embedding
 * @param windowTokens a position sees itself and this many less one before it, or null for all
 */
public record AttentionSpec(
        int headCount,
        int kvHeadCount,
        int headDim,
        float scale,
        boolean projectionBias,
        @Nullable NormSpec headNorm,
        RotarySpec rotary,
        @Nullable Integer windowTokens) {}
