package dev.javelin.generation;

/** Why an answer ended. */
public enum FinishReason {
    /** An end-of-sequence token, a stop token or a stop string. */
    STOP,
    /** The limit of tokens or the end of the context. */
    LENGTH,
    /** The client went away or cancelled. */
    CANCELLED,
    /** This answer, or the engine, failed. */
    ERROR
}
