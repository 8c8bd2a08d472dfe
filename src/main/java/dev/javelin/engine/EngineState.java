package dev.javelin.engine;

/** Where an engine is in its life; it only moves down this list. */
public enum EngineState {
    /** Made, its thread not started. */
    STARTING,
    /** Takes requests. */
    READY,
    /** Finishes what it accepted and takes nothing new. */
    DRAINING,
    /** Ended as asked. */
    STOPPED,
    /** Ended by an error; every request was ended with it. */
    FAILED
}
