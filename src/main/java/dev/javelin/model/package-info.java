/**
 * What a model is, as data: {@link dev.javelin.model.ModelSpec} says what to compute,
 * {@link dev.javelin.model.ModelWeights} holds what to compute it with.
 *
 * <p>An architecture is one small class that turns a checkpoint's metadata and tensor names into a spec and weights by
 * role; runners interpret the spec and have no class for a model, a format or a phase. Everything but the weights'
 * memory is immutable. Layers are listed one by one, because local and global attention, dense-first mixtures and
 * hybrids differ by layer.
 *
 * <p>A {@link dev.javelin.model.Weight} has bytes ({@code data()}), or says how each runner makes its numbers where it
 * computes ({@link dev.javelin.model.WeightContent.Random}): so a model of any size can be tried and measured without
 * its checkpoint, and without room for it in the host's memory.
 */
@NullMarked
package dev.javelin.model;

import org.jspecify.annotations.NullMarked;
