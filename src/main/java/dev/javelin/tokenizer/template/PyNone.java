package dev.javelin.tokenizer.template;

/** Python's {@code None} as a value, so that Java's null is free to mean "absent". Immutable. */
enum PyNone {
    NONE
}
