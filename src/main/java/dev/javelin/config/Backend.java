package dev.javelin.config;

/** What computes. */
public enum Backend {
    /** A GPU where there is one, else the processor. */
    AUTO,
    /** An NVIDIA GPU. */
    CUDA,
    /** The processor, through the Vector API. */
    CPU
}
