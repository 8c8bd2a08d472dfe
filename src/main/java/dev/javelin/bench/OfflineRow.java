package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Throughput of many requests that all wait from the start: answer tokens over the time from the first submission to
 * the last token. Immutable.
 *
 * @param name the row's
 * @param shapes of the requests, in order of submission
 */
record OfflineRow(String name, List<RequestShape> shapes) implements Row {
    private static final int WARM_UP_ANSWER_TOKENS = 8;

    /** Copies the list. */
    OfflineRow {
        shapes = List.copyOf(shapes);
    }

    /**
     * A row whose lengths are drawn: first a prompt's, then its answer's, request by request.
     *
     * @param name the row's
     * @param requestCount how many requests
     * @param prompt how prompts' lengths are drawn
     * @param answer how answers' lengths are drawn
     * @param seed of the draw
     */
    static OfflineRow draw(String name, int requestCount, LengthDraw prompt, LengthDraw answer, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RequestShape> shapes = new ArrayList<>(requestCount);
        for (int i = 0; i < requestCount; i++) {
            int promptTokens = prompt.next(random);
            shapes.add(RequestShape.of(promptTokens, answer.next(random)));
        }
        return new OfflineRow(name, shapes);
    }

    @Override
    public String workload() {
        return String.format(
                Locale.ROOT, "%,d requests, %,d in + %,d out", shapes.size(), promptTokens(), answerTokens());
    }

    private long promptTokens() {
        return shapes.stream().mapToLong(RequestShape::promptTokens).sum();
    }

    private long answerTokens() {
        return shapes.stream().mapToLong(RequestShape::answerTokens).sum();
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        int most = shapes.stream().mapToInt(RequestShape::lengthTokens).max().orElseThrow();
        return Fit.obstacle(runner, 1, most);
    }

    @Override
    public List<Measured> measure(Trials trials) throws OutOfTimeException {
        int slots = trials.engine().description().maxSlots();
        trials.runAlone(shapes.stream()
                .limit(slots)
                .map(shape ->
                        RequestShape.of(shape.promptTokens(), Math.min(shape.answerTokens(), WARM_UP_ANSWER_TOKENS)))
                .toList());
        List<Double> rates = trials.pace().repeat(() -> {
            RunTimes times = trials.runAlone(shapes);
            return times.answerTokens() / times.wallSeconds();
        });
        double floor = answerTokens() / trials.floors().batchSeconds(shapes);
        return List.of(new Measured(name, workload(), Unit.TOKENS_PER_SECOND, Samples.of(rates), floor, ""));
    }
}
