package dev.javelin.model;

/**
 * What a weight is for. Matrices are [output, input] row-major: a row holds what one output element multiplies its
 * inputs with. Vectors have one row.
 */
public enum WeightRole {
    /** [vocabulary, hidden]; one row a token. */
    TOKEN_EMBEDDING,
    /** [1, hidden]; the norm before the head. */
    OUTPUT_NORM,
    /** [vocabulary, hidden]; absent where the embedding serves as head. */
    LM_HEAD,
    /** [1, hidden]; the norm before attention. */
    ATTENTION_NORM,
    /** [heads * headDim, hidden]. */
    QUERY,
    /** [kvHeads * headDim, hidden]. */
    KEY,
    /** [kvHeads * headDim, hidden]. */
    VALUE,
    /** [1, heads * headDim]. */
    QUERY_BIAS,
    /** [1, kvHeads * headDim]. */
    KEY_BIAS,
    /** [1, kvHeads * headDim]. */
    VALUE_BIAS,
    /** [1, headDim]; the norm of each query head before the rotation. */
    QUERY_NORM,
    /** [1, headDim]; the norm of each key head before the rotation. */
    KEY_NORM,
    /** [hidden, heads * headDim]. */
    ATTENTION_OUTPUT,
    /** [1, hidden]; the norm before the MLP. */
    MLP_NORM,
    /** [intermediate, hidden]; its activation multiplies {@link #UP}. */
    GATE,
    /** [intermediate, hidden]. */
    UP,
    /** [hidden, intermediate]. */
    DOWN
}
