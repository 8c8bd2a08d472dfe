package dev.javelin.model.architecture;

import dev.javelin.error.JavelinException;
import dev.javelin.model.RotarySpec;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a model's file says of a decoder of the llama family, whichever format the file has: {@link DecoderSpec} reads
 * this alone. Immutable, any thread.
 *
 * <p>Sizes are in [1, 2^28]: beyond any model, and small enough that the product of two never overflows a long.
 */
interface Parameters {
    /** Beyond any size of a model. */
    int SIZE_LIMIT = 1 << 28;

    /** The architecture's name, e.g. {@code llama}. */
    String architecture();

    /** The model's own name, for people. */
    String modelName();

    /** A size that may be there. */
    OptionalInt findSize(Parameter parameter);

    /** A positive number that may be there. */
    Optional<Double> findPositive(Parameter parameter);

    /** The most layers that the file can have: what is listed for each layer must fit the memory. */
    int mostLayers();

    /** Rows of embedding and head. */
    int vocabularyTokens();

    /** Whether the embedding serves as head. */
    boolean tiedHead();

    /** Whether query, key and value projections add a bias. */
    boolean projectionBias();

    /** Whether every query and key head is normalised. */
    boolean headNorm();

    /**
     * The rotary embedding.
     *
     * @param rotatedDims elements of a head that are rotated, even
     */
    RotarySpec rotary(int rotatedDims);

    /** How many tokens a layer sees, itself included, or null for all. */
    @Nullable Integer windowTokens(int layerIndex);

    /** A parameter as messages name it. */
    String nameOf(Parameter parameter);

    /** An error about a parameter that is impossible. */
    JavelinException corrupt(Parameter parameter, Object value, String why);

    /** An error about a parameter that must be there. */
    JavelinException missing(Parameter parameter);

    /** An error about a parameter that asks for what this build cannot do. */
    JavelinException unsupported(Parameter parameter, Object value, String what);

    /** A size that must be there. */
    default int requireSize(Parameter parameter) {
        return findSize(parameter).orElseThrow(() -> missing(parameter));
    }

    /** A positive number that must be there. */
    default float requirePositive(Parameter parameter) {
        return findPositive(parameter).orElseThrow(() -> missing(parameter)).floatValue();
    }
}
