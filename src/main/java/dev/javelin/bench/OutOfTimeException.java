package dev.javelin.bench;

/** The time that the user gave is over; what was measured so far counts. */
final class OutOfTimeException extends Exception {
    private static final long serialVersionUID = 1L;
}
