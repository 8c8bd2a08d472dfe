package dev.javelin.backend;

/** How a row ended. */
public enum RowStatus {
    /** As planned. */
    OK,
    /** Its logits were not numbers: its sequence ends, the others are right. */
    BAD_LOGITS
}
