package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import dev.javelin.engine.EngineRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Time of many requests whose prompts begin alike. Immutable.
 *
 * @param name the row's
 * @param reuse what of the common beginning is cached
 * @param requestCount how many requests
 * @param shape of each; its cached tokens are the common beginning
 */
record PrefixRow(String name, Reuse reuse, int requestCount, RequestShape shape) implements Row {
    private static final int WARM_UP_REQUESTS = 32;

    /** What of the common beginning is cached. */
    enum Reuse {
        /** Nothing: each request computes it. */
        OFF,
        /** It is not cached at first, and computed once. */
        FIRST_TURN,
        /** It is cached from an earlier turn. */
        LATER_TURN
    }

    @Override
    public String workload() {
        return String.format(
                Locale.ROOT,
                "%,d requests, %,d in of which %,d shared, %,d out",
                requestCount,
                shape.promptTokens(),
                shape.cachedTokens(),
                shape.answerTokens());
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        return Fit.obstacle(runner, 1, shape.lengthTokens());
    }

    @Override
    public List<Measured> measure(Trials trials) throws OutOfTimeException {
        int[] prefix = trials.requests().tokens(shape.cachedTokens());
        String salt = trials.requests().newSalt();
        turn(trials, prefix, salt, reuse == Reuse.LATER_TURN ? requestCount : Math.min(requestCount, WARM_UP_REQUESTS));
        List<RunTimes> runs = trials.pace().repeat(() -> turn(trials, prefix, salt, requestCount));
        List<Double> seconds = runs.stream().map(RunTimes::wallSeconds).toList();
        double cached = 100.0 * runs.getLast().cachedTokens() / ((long) requestCount * shape.promptTokens());
        return List.of(new Measured(
                name,
                workload(),
                Unit.SECONDS,
                Samples.of(seconds),
                trials.floors().batchSeconds(floorShapes()),
                String.format(Locale.ROOT, "%.1f%% of the prompts' tokens came from the cache", cached)));
    }

    private List<RequestShape> floorShapes() {
        RequestShape whole = RequestShape.of(shape.promptTokens(), shape.answerTokens());
        return switch (reuse) {
            case OFF -> Collections.nCopies(requestCount, whole);
            case LATER_TURN -> Collections.nCopies(requestCount, shape);
            case FIRST_TURN -> {
                List<RequestShape> shapes = new ArrayList<>(Collections.nCopies(requestCount - 1, shape));
                shapes.add(whole);
                yield shapes;
            }
        };
    }

    private RunTimes turn(Trials trials, int[] prefix, String salt, int count) throws OutOfTimeException {
        Requests requests = trials.requests();
        String turnSalt = reuse == Reuse.LATER_TURN ? salt : requests.newSalt();
        List<EngineRequest> batch = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String requestSalt = reuse == Reuse.OFF ? requests.newSalt() : turnSalt;
            batch.add(requests.withPrefix(prefix, shape.newTokens(), shape.answerTokens(), requestSalt));
        }
        return trials.run(batch);
    }
}
