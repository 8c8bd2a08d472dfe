package dev.javelin.model.architecture;

/** What a decoder's file says in numbers, by its names in GGUF and in {@code config.json}. Immutable. */
enum Parameter {
    /** Layers. */
    LAYER_COUNT("block_count", "num_hidden_layers"),
    /** Elements of a token's hidden state. */
    HIDDEN_SIZE("embedding_length", "hidden_size"),
    /** Rows of gate and up. */
    INTERMEDIATE_SIZE("feed_forward_length", "intermediate_size"),
    /** Most tokens of a sequence. */
    CONTEXT_TOKENS("context_length", "max_position_embeddings"),
    /** Rows of embedding and head. */
    VOCABULARY_TOKENS("vocab_size", "vocab_size"),
    /** Query heads. */
    HEAD_COUNT("attention.head_count", "num_attention_heads"),
    /** Key and value heads. */
    KV_HEAD_COUNT("attention.head_count_kv", "num_key_value_heads"),
    /** Elements of a query and key head. */
    HEAD_DIM("attention.key_length", "head_dim"),
    /** Elements of a value head. */
    VALUE_DIM("attention.value_length", "v_head_dim"),
    /** Multiplies query times key. */
    ATTENTION_SCALE("attention.scale", "attention_multiplier"),
    /** Elements of a head that are rotated. */
    ROTATED_DIMS("rope.dimension_count", "head_dim"),
    /** Added to the mean square in every norm. */
    NORM_EPSILON("attention.layer_norm_rms_epsilon", "rms_norm_eps");

    private final String ggufKey;
    private final String configKey;

    Parameter(String ggufKey, String configKey) {
        this.ggufKey = ggufKey;
        this.configKey = configKey;
    }

    /** Its key in GGUF, below the architecture's name. */
    String ggufKey() {
        return ggufKey;
    }

    /** Its key in {@code config.json}. */
    String configKey() {
        return configKey;
    }
}
