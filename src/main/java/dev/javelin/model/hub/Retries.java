package dev.javelin.model.hub;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often and how soon a failed exchange is tried again: pauses double from the first, a server's {@code Retry-After}
 * is honoured up to a limit. Immutable.
 *
 * @param attempts tries in all, at least 1
 * @param firstPause before the second try
 * @param retryAfterLimit longest wait that a server may ask for
 */
record Retries(int attempts, Duration firstPause, Duration retryAfterLimit) {
    static final Retries DEFAULT = new Retries(5, Duration.ofSeconds(1), Duration.ofSeconds(60));

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /** An answer that may be different next time: 408, 429, 5xx. */
    static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        private final @Nullable Duration retryAfter;

        BusyException(String message, @Nullable Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }
    }

    /** One try. */
    @FunctionalInterface
    interface Exchange<T> {
        T run() throws IOException, InterruptedException;
    }

    /** No second try: for an exchange that the cache can stand in for. */
    Retries once() {
        return new Retries(1, firstPause, retryAfterLimit);
    }

    /** Runs until one try succeeds or all failed. A connection that cannot be made is not tried again. */
    <T> T run(Host host, Exchange<T> exchange) throws IOException, InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return exchange.run();
            } catch (HubTransport.UnreachableException e) {
                throw e;
            } catch (IOException e) {
                pauseAfter(failures, e, host);
            }
        }
    }

    /** Sleeps before the next try, or throws {@code cause} if there is none. */
    void pauseAfter(int failures, IOException cause, Host host) throws IOException, InterruptedException {
        if (failures >= attempts) {
            throw cause;
        }
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 10));
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        if (cause instanceof BusyException busy && busy.retryAfter != null) {
            if (busy.retryAfter.compareTo(retryAfterLimit) > 0) {
                throw new IOException(
                        busy.getMessage() + " and asks to wait " + busy.retryAfter.toSeconds() + " s, the limit is "
                                + retryAfterLimit.toSeconds() + " s",
                        busy);
            }
            pause = busy.retryAfter.compareTo(pause) > 0 ? busy.retryAfter : pause;
        }
        LOG.info("{}; trying again in {} ms ({} of {})", cause.getMessage(), pause.toMillis(), failures + 1, attempts);
        host.sleep(pause);
    }

    /** Reads {@code Retry-After}: seconds or an HTTP date; null if absent or neither. */
    static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
        if (header == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(header)));
        } catch (NumberFormatException notSeconds) {
            try {
                Duration wait = Duration.between(
                        now,
                        ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeParseException neither) {
                return null;
            }
        }
    }
}
