package dev.javelin.bench.load;

import dev.javelin.bench.Samples;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What the results of many requests say together; at least one must be answered for the times. Immutable.
 *
 * @param results one a request
 * @param clientCpuSeconds CPU time of the client's thread meanwhile
 */
record LoadFigures(List<StreamResult> results, double clientCpuSeconds) {
    /** Copies the list. */
    LoadFigures {
        results = List.copyOf(results);
    }

    private List<StreamResult> answered() {
        return results.stream().filter(StreamResult::isAnswered).toList();
    }

    int answeredRequests() {
        return answered().size();
    }

    /** Why the others are not answered, and how many. */
    Map<String, Integer> failures() {
        Map<String, Integer> counts = new TreeMap<>();
        for (StreamResult result : results) {
            String failure = result.failure();
            if (failure != null) {
                counts.merge(failure, 1, Integer::sum);
            }
        }
        return counts;
    }

    /** From the first request's sending to the last token. */
    double seconds() {
        long from = results.stream().mapToLong(StreamResult::sentNanos).min().orElseThrow();
        long to = answered().stream().mapToLong(StreamResult::lastNanos).max().orElseThrow();
        return (to - from) * 1e-9;
    }

    long promptTokens() {
        return answered().stream().mapToLong(StreamResult::promptTokens).sum();
    }

    long answerTokens() {
        return answered().stream().mapToLong(StreamResult::answerTokens).sum();
    }

    long events() {
        return answered().stream().mapToLong(StreamResult::events).sum();
    }

    Samples firstTokenSeconds() {
        return samples(answered(), StreamResult::firstTokenSeconds);
    }

    Samples answerSeconds() {
        return samples(answered(), StreamResult::answerSeconds);
    }

    /** Whether any answer had two tokens, so that there is a time between them. */
    boolean hasTokenTimes() {
        return answered().stream().anyMatch(result -> result.answerTokens() > 1);
    }

    Samples secondsPerToken() {
        return samples(
                answered().stream().filter(result -> result.answerTokens() > 1).toList(),
                StreamResult::secondsPerToken);
    }

    private static Samples samples(List<StreamResult> of, ToDoubleFunction<StreamResult> figure) {
        return Samples.of(of.stream().mapToDouble(figure).toArray());
    }
}
