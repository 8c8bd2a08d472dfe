/**
 * Checkpoint files: what a model's file says, checked before anything believes it.
 *
 * <p>A {@link dev.javelin.model.checkpoint.Checkpoint} is named tensors in mapped files. Entry classes:
 * {@link dev.javelin.model.checkpoint.GgufFile} for one GGUF file and
 * {@link dev.javelin.model.checkpoint.SafetensorsCheckpoint} for a folder with safetensors, whole or in shards.
 * {@link dev.javelin.model.checkpoint.JsonKeys} reads the JSON files beside the weights with the same care.
 *
 * <p>{@link dev.javelin.model.checkpoint.GgufFile} maps a GGUF file and owns the mapping. Its header is parsed once,
 * whole, into {@link dev.javelin.model.checkpoint.GgufMetadata} (typed keys) and a directory of
 * {@link dev.javelin.model.checkpoint.GgufTensor}s, whose bytes stay where they are: a tensor is a read-only slice of
 * the mapping in its quantised form. {@link dev.javelin.model.checkpoint.GgmlType} knows how large each type's blocks
 * are; {@link dev.javelin.model.checkpoint.Dequantizer} turns blocks into floats, the slow, exact twin of every kernel.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A header is hostile until read.</b> A count or length is checked against the bytes that remain, and against
 *       a fixed limit, before anything is allocated for it ({@code GgufCursor}); sizes are multiplied exactly. So a
 *       damaged or lying file ends in {@code MODEL_CORRUPT} with offset, field and value, and costs memory in
 *       proportion to its own header at most.
 *   <li><b>Opening does not judge formats.</b> A file with tensors of a type that no kernel reads can be opened and
 *       inspected; asking such a tensor for its weight format is {@code MODEL_UNSUPPORTED}, by name.
 *   <li><b>Safetensors are as strict as their definition</b>: tensors fill the data without overlap, hole or rest, and
 *       names are unique. A file that was cut short, or that hides something, is refused. Alignment is not demanded, as
 *       older writers had none: kernels read unaligned.
 *   <li><b>Weights stay in the type they are stored in</b>; doubles alone, which no runner reads, become floats at
 *       load.
 *   <li><b>Memory is mapped through {@code java.lang.foreign}</b>, because a {@code ByteBuffer} ends at 2 GB and cannot
 *       be unmapped. One owner closes: the {@code Checkpoint}. Slices read after that fail with
 *       {@link java.lang.IllegalStateException}, not with a crash.
 * </ul>
 *
 * <p>Threads: everything here is immutable once opened and may be read by any thread; {@code close} is for the owner.
 */
@NullMarked
package dev.javelin.model.checkpoint;

import org.jspecify.annotations.NullMarked;
