/**
 * Architectures as data: from a checkpoint's metadata and tensor names to a {@link dev.javelin.model.ModelSpec} and
 * weights by role.
 *
 * <p>Entry class: {@link dev.javelin.model.architecture.GgufModels}. An
 * {@link dev.javelin.model.architecture.Architecture} is one small class, listed in
 * {@link dev.javelin.model.architecture.Architectures}; it reads metadata into a spec and nothing else. Which weights
 * there must be, and of which shape, follows from the spec alone ({@link dev.javelin.model.architecture.WeightShapes}),
 * so a new architecture or file format never repeats that.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>What is not understood is refused, never ignored.</b> A tensor that the spec does not use (an output bias,
 *       an expert's router), a metadata key that changes the mathematics (YaRN, logit scales, ALiBi) or an unknown
 *       architecture is {@code MODEL_UNSUPPORTED} by name: a model that answers slightly wrong is worse than none.
 *   <li><b>Its own package</b>, beside the records of {@code dev.javelin.model} and above
 *       {@code dev.javelin.model.checkpoint}: the readers need {@code WeightFormat}, the architectures need the
 *       readers, and so no two packages need each other.
 * </ul>
 *
 * <p>Threads: everything is immutable; weights may be read by any thread until their owner closes them.
 */
@NullMarked
package dev.javelin.model.architecture;

import org.jspecify.annotations.NullMarked;
