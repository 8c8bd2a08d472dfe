/**
 * Architectures as data: from what a model's file says to a {@link dev.javelin.model.ModelSpec} and weights by role.
 *
 * <p>Entry classes: {@link dev.javelin.model.architecture.GgufModels} for GGUF files,
 * {@link dev.javelin.model.architecture.HuggingFaceModels} for folders of {@code config.json}
 * ({@link dev.javelin.model.architecture.ModelConfig}) and safetensors,
 * {@link dev.javelin.model.architecture.RandomWeights} for a model without a checkpoint.
 *
 * <pre>
 * GGUF metadata -> GgufParameters   -+
 *                                    +-> Parameters -> DecoderSpec -> ModelSpec -> WeightShapes -> weights by role
 * config.json   -> ConfigParameters -+
 * </pre>
 *
 * <p>An architecture is one small class, listed in {@code Architectures}: it adds what its name says beside the file's
 * keys (defaults, biases, which layers have a window). Which weights there must be, and of which shape, follows from
 * the spec alone ({@link dev.javelin.model.architecture.WeightShapes}), so a new architecture or file format never
 * repeats that.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>What is not understood is refused, never ignored.</b> A tensor that the spec does not use (an output bias,
 *       an expert's router), a key that changes the mathematics (YaRN, logit scales, ALiBi) or an unknown architecture
 *       is {@code MODEL_UNSUPPORTED} by name: a model that answers slightly wrong is worse than none.
 *   <li><b>{@code config.json} is read as transformers reads it</b>: an absent key has the default of the class that
 *       the file names, {@code rope_parameters} and the older {@code rope_theta} with {@code rope_scaling} are the same
 *       thing, and null is not always absence. Keys that no class reads mean nothing. A head that the file ties to the
 *       embedding is tied unless the weights hold both and they differ.
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
