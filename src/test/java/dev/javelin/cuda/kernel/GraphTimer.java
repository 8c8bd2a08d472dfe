package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.CudaStream;
import java.util.Arrays;

/** Times work as it runs in production: captured once, replayed often. Stateless; confined to the stream's thread. */
final class GraphTimer {
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 15;

    private GraphTimer() {}

    /** Microseconds of one replay: the median. The work runs once before it is captured. */
    static double medianMicros(CudaStream stream, Runnable work) {
        work.run();
        stream.synchronize();
        try (CudaGraph graph = stream.capture(work);
                CudaGraphExec exec = graph.instantiate();
                CudaEvent begin = CudaEvent.create(true);
                CudaEvent end = CudaEvent.create(true)) {
            double[] micros = new double[ROUNDS];
            for (int round = -WARM_UPS; round < ROUNDS; round++) {
                stream.record(begin);
                exec.launch(stream);
                stream.record(end);
                end.synchronize();
                if (round >= 0) {
                    micros[round] = 1000 * end.millisSince(begin);
                }
            }
            Arrays.sort(micros);
            return micros[ROUNDS / 2];
        }
    }
}
