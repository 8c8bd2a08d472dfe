package dev.javelin.bench;

import java.util.List;

/**
 * When the tokens of requests that ran together arrived. Immutable.
 *
 * @param requests one entry a request, in the order of submission
 * @param arrivals when tokens arrived and how many, in order
 */
public record RunTimes(List<RequestTimes> requests, List<Arrival> arrivals) {
    /**
     * Tokens that arrived at once: one step's.
     *
     * @param nanos when
     * @param tokens how many
     */
    public record Arrival(long nanos, int tokens) {}

    /**
     * The time in which every request decoded.
     *
     * @param seconds from the last first token to the first last token
     * @param tokens that arrived in it, the first instant excluded
     * @param steps in which they arrived
     */
    public record FullWindow(double seconds, long tokens, int steps) {}

    /** Copies the lists. */
    public RunTimes {
        requests = List.copyOf(requests);
        arrivals = List.copyOf(arrivals);
    }

    /** From the first submission to the last token. */
    public double wallSeconds() {
        long from =
                requests.stream().mapToLong(RequestTimes::submittedNanos).min().orElseThrow();
        long to =
                requests.stream().mapToLong(RequestTimes::lastTokenNanos).max().orElseThrow();
        return (to - from) * 1e-9;
    }

    /** Tokens of all answers. */
    public long answerTokens() {
        return requests.stream().mapToLong(RequestTimes::answerTokens).sum();
    }

    /** Prompt tokens that came from the prefix cache. */
    public long cachedTokens() {
        return requests.stream().mapToLong(RequestTimes::cachedTokens).sum();
    }

    /** The time in which every request decoded; it has no tokens if one ended before another began. */
    public FullWindow fullWindow() {
        long from =
                requests.stream().mapToLong(RequestTimes::firstTokenNanos).max().orElseThrow();
        long to =
                requests.stream().mapToLong(RequestTimes::lastTokenNanos).min().orElseThrow();
        long tokens = 0;
        int steps = 0;
        for (Arrival arrival : arrivals) {
            if (arrival.nanos() > from && arrival.nanos() <= to) {
                tokens += arrival.tokens();
                steps++;
            }
        }
        return new FullWindow((to - from) * 1e-9, tokens, steps);
    }
}
