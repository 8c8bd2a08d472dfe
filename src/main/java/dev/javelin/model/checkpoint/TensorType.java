package dev.javelin.model.checkpoint;

import dev.javelin.model.WeightFormat;
import java.util.List;
import java.util.Optional;

/** How a tensor's values are stored, by its file format's own name. Immutable. */
public sealed interface TensorType permits GgmlType, SafetensorsType {
    /** The name, as the format's documentation writes it. */
    String name();

    /** Its place among the format's types. */
    int ordinal();

    /** All types of its format. */
    List<? extends TensorType> all();

    /** The format that a runner gets its weights in, or empty for a type that is known by name and size only. */
    Optional<WeightFormat> tryFormat();
}
