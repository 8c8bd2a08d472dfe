package dev.javelin.model;

/** Which two elements of a head a rotary embedding turns together; d is the number of rotated elements. */
public enum RotaryLayout {
    /** (0,1), (2,3), ...: GGUF's llama files, whose query and key rows are permuted to suit. */
    INTERLEAVED,
    /** (0, d/2), (1, d/2 + 1), ...: Hugging Face's llama, Qwen and most others. */
    HALVES
}
