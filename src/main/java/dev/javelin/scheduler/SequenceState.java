package dev.javelin.scheduler;

/** Where a sequence is in its life. */
public enum SequenceState {
    /** Holds nothing: not yet scheduled, or preempted. */
    WAITING,
    /** Holds a slot and blocks. */
    RUNNING,
    /** Holds nothing and never will again. */
    ENDED;

    /** Whether no other state follows. */
    public boolean isTerminal() {
        return this == ENDED;
    }
}
