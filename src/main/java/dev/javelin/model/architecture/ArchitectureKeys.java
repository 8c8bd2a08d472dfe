package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.GgufMetadata;
import java.util.Arrays;
import java.util.Optional;

/**
 * The metadata keys below an architecture's name, with the limits that any model keeps. Immutable, any thread.
 *
 * @param metadata the file's keys
 * @param architecture the prefix, e.g. {@code llama}
 */
record ArchitectureKeys(GgufMetadata metadata, String architecture) {
    /** Beyond any model; small enough that the product of two never overflows a long, nor their sum an int. */
    private static final int SIZE_LIMIT = 1 << 28;

    String full(String key) {
        return architecture + "." + key;
    }

    /** An integer in [1, 2^28] that must be there. */
    int requireSize(String key) {
        return checked(key, metadata.requireInt(full(key)));
    }

    /** An integer in [1, 2^28], or the default where the key is missing. */
    int sizeOr(String key, int otherwise) {
        return checked(key, metadata.findInt(full(key)).orElse(otherwise));
    }

    /**
     * An integer in [1, 2^28] that may be listed layer by layer.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} if the layers differ
     */
    Optional<Integer> findUniformSize(String key, int layerCount) {
        String name = full(key);
        if (!metadata.isList(name)) {
            return metadata.findInt(name).stream()
                    .mapToObj(value -> checked(key, value))
                    .findFirst();
        }
        int[] values = metadata.requireInts(name);
        if (values.length != layerCount) {
            throw metadata.corrupt(name, "a list of " + values.length, "the model has " + layerCount + " layers");
        }
        if (Arrays.stream(values).distinct().count() != 1) {
            throw unsupported(key, Arrays.toString(values), "layers that differ");
        }
        return Optional.of(checked(key, values[0]));
    }

    /** The same, of a key that must be there. */
    int requireUniformSize(String key, int layerCount) {
        return findUniformSize(key, layerCount).orElseThrow(() -> metadata.missing(full(key)));
    }

    /** A positive number, or the default where the key is missing. */
    float positiveOr(String key, float otherwise) {
        return positive(key, metadata.findFloat(full(key)).orElse(otherwise));
    }

    /** A positive number that must be there. */
    float requirePositive(String key) {
        return positive(key, metadata.requireFloat(full(key)));
    }

    /** Refuses a key that changes the mathematics, unless it says what is computed anyway. */
    void refuseUnless(String key, float neutral) {
        metadata.findFloat(full(key)).filter(value -> value != neutral).ifPresent(value -> {
            throw unsupported(key, value, "it");
        });
    }

    JavelinException unsupported(String key, Object value, String what) {
        return new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED,
                metadata.source() + ": metadata key " + full(key) + " is " + value + ": " + what
                        + " is not supported by this build");
    }

    private int checked(String key, int value) {
        if (value < 1 || value > SIZE_LIMIT) {
            throw metadata.corrupt(full(key), value, "it must be in [1, " + SIZE_LIMIT + "]");
        }
        return value;
    }

    private float positive(String key, float value) {
        if (!(value > 0)) {
            throw metadata.corrupt(full(key), value, "it must be positive");
        }
        return value;
    }
}
