package dev.javelin.config;

/** What computes. */
public enum Backend {
    /** The best that this build and machine have. */
    AUTO,
    /** The processor, through the Vector API. */
    CPU
}
