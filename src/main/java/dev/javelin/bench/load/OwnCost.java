package dev.javelin.bench.load;

import dev.javelin.bench.LengthDraw;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the client itself costs, seen where the server costs nothing. Immutable.
 *
 * @param cpuSecondsPerToken CPU time of the client's thread
 * @param tokensPerSecond most that client and null server manage together
 * @param firstTokenSeconds median time to the first token
 */
record OwnCost(double cpuSecondsPerToken, double tokensPerSecond, double firstTokenSeconds) {
    private static final int STREAMS = 128;
    private static final int TOKENS_PER_STREAM = 400;
    private static final int WARM_UPS = 2;

    /**
     * Runs 128 such requests at once against a null server, after the JVM has compiled what runs.
     *
     * @param options whose prompts are sent
     * @throws InterruptedException if the caller was interrupted
     */
    static OwnCost measure(LoadOptions options) throws InterruptedException {
        LoadPlan plan = LoadPlan.draw(options.atOnce(STREAMS, new LengthDraw(TOKENS_PER_STREAM, 0)), "null");
        try (NullServer server = NullServer.start()) {
            for (int i = 0; i < WARM_UPS; i++) {
                run(plan, server.base(), options.timeout());
            }
            return run(plan, server.base(), options.timeout());
        }
    }

    private static OwnCost run(LoadPlan plan, URI base, Duration timeout) throws InterruptedException {
        try (LoadClient client = new LoadClient(base, Map.of(), timeout)) {
            double before = client.cpuSeconds();
            List<StreamResult> results = client.run(plan);
            double cpuSeconds = client.cpuSeconds() - before;
            LoadFigures figures = new LoadFigures(results, cpuSeconds);
            return new OwnCost(
                    cpuSeconds / figures.answerTokens(),
                    figures.answerTokens() / figures.seconds(),
                    figures.firstTokenSeconds().median());
        }
    }
}
