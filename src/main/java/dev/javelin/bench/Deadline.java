package dev.javelin.bench;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When measuring must end. Immutable.
 *
 * @param nanoClock monotonic time
 * @param startNanos when it began
 * @param limit how long it may take, or null for ever
 */
record Deadline(
        LongSupplier nanoClock, long startNanos, @Nullable Duration limit) {
    private static final long FOREVER_NANOS = Long.MAX_VALUE / 4;

    /** What is left; not positive if it is over. */
    long remainingNanos() {
        Duration allowed = limit;
        return allowed == null ? FOREVER_NANOS : allowed.toNanos() - (nanoClock.getAsLong() - startNanos);
    }

    boolean isOver() {
        return remainingNanos() <= 0;
    }
}
