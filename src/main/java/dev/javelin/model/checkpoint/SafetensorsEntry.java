package dev.javelin.model.checkpoint;

import java.util.List;

/**
 * One tensor as a safetensors header describes it, its range as long as type and shape say. Immutable.
 *
 * @param name unique in the file
 * @param type how the values are stored
 * @param shape extents, none negative
 * @param beginBytes where its data starts in the data section
 * @param endBytes where it ends; may lie beyond the file
 */
record SafetensorsEntry(String name, SafetensorsType type, List<Long> shape, long beginBytes, long endBytes) {}
