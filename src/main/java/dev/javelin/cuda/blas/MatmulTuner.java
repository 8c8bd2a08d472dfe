package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.error.JavelinException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the fastest of several algorithms on the device. Confined to the stream's thread.
 *
 * <p>A product of a decode step is shorter than the time that Java needs to enqueue it, so products are timed inside a
 * graph, one after another as in a real step. The smallest of a few rounds counts: whatever disturbs only adds.
 */
final class MatmulTuner {
    /** How many of the library's candidates are worth a try. */
    static final int CANDIDATES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(MatmulTuner.class);
    private static final int PRODUCTS = 20;
    private static final int ROUNDS = 4;

    private final Matmuls matmuls;
    private final CudaStream stream;
    private final DeviceBuffer x;
    private final List<DeviceBuffer> weights;
    private final DeviceBuffer y;

    MatmulTuner(Matmuls matmuls, CudaStream stream, DeviceBuffer x, List<DeviceBuffer> weights, DeviceBuffer y) {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("no weights to time a product with");
        }
        this.matmuls = matmuls;
        this.stream = stream;
        this.x = x;
        this.weights = weights;
        this.y = y;
    }

    /** The fastest, or the plan's own where no candidate runs. */
    MatmulAlgorithm fastest(MatmulPlan plan, List<MatmulAlgorithm> candidates, Duration limit) {
        MatmulAlgorithm best = plan.algorithm();
        double bestSeconds = Double.POSITIVE_INFINITY;
        double firstSeconds = Double.POSITIVE_INFINITY;
        long beginNanos = System.nanoTime();
        for (MatmulAlgorithm candidate : candidates) {
            plan.use(candidate);
            double seconds = secondsOf(plan);
            if (candidate.equals(candidates.getFirst())) {
                firstSeconds = seconds;
            }
            if (seconds < bestSeconds) {
                bestSeconds = seconds;
                best = candidate;
            }
            if (System.nanoTime() - beginNanos > limit.toNanos()) {
                break;
            }
        }
        LOG.debug("{}: {} s, the heuristic's first {} s", plan.shape(), bestSeconds, firstSeconds);
        return best;
    }

    /** Seconds of one product of the plan as it is; infinite where the library refuses its algorithm after all. */
    double secondsOf(MatmulPlan plan) {
        try {
            matmuls.run(stream, plan, x, weights.getFirst(), y);
        } catch (JavelinException refused) {
            LOG.debug("candidate refused: {}", refused.reason());
            return Double.POSITIVE_INFINITY;
        }
        stream.synchronize();
        try (CudaGraph graph = stream.capture(() -> enqueueAll(plan));
                CudaGraphExec exec = graph.instantiate();
                CudaEvent begin = CudaEvent.create(true);
                CudaEvent end = CudaEvent.create(true)) {
            float leastMillis = Float.POSITIVE_INFINITY;
            for (int round = 0; round < ROUNDS; round++) {
                stream.record(begin);
                exec.launch(stream);
                stream.record(end);
                end.synchronize();
                leastMillis = Math.min(leastMillis, end.millisSince(begin));
            }
            return leastMillis / 1000.0 / PRODUCTS;
        }
    }

    private void enqueueAll(MatmulPlan plan) {
        for (int index = 0; index < PRODUCTS; index++) {
            matmuls.run(stream, plan, x, weights.get(index % weights.size()), y);
        }
    }
}
