package dev.javelin.tokenizer.template;

/** A slice as a value: the bounds are ints or None. Immutable. */
record SliceValue(Object start, Object stop, Object step) {}
