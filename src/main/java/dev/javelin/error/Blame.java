package dev.javelin.error;

/** Who has to act on an error. */
public enum Blame {
    /** The caller: the same request will fail again. */
    USER,
    /** The operator or time: the same request may succeed later, or with more memory, another file, another setting. */
    RESOURCES,
    /** Us: a bug or a failed device. */
    INTERNAL
}
