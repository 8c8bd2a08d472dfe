package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.driver.CudaStream;
import java.util.Arrays;

/** Times work that takes milliseconds on the device. Stateless; confined to the stream's thread. */
final class StreamTimer {
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 9;
    private static final double TARGET_MILLIS = 30;
    private static final int MOST_RUNS = 200;

    private StreamTimer() {}

    /** Seconds of one run: the median of rounds of about 30 ms, after a warm-up. */
    static double medianSeconds(CudaStream stream, Runnable work) {
        try (CudaEvent begin = CudaEvent.create(true);
                CudaEvent end = CudaEvent.create(true)) {
            double millis = 0;
            for (int round = 0; round < WARM_UPS; round++) {
                millis = millis(stream, begin, end, work, 1);
            }
            int runs = (int) Math.clamp(Math.ceil(TARGET_MILLIS / Math.max(millis, 1e-3)), 1, MOST_RUNS);
            double[] rounds = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                rounds[round] = millis(stream, begin, end, work, runs) / runs;
            }
            Arrays.sort(rounds);
            return rounds[ROUNDS / 2] / 1000;
        }
    }

    private static double millis(CudaStream stream, CudaEvent begin, CudaEvent end, Runnable work, int runs) {
        stream.record(begin);
        for (int run = 0; run < runs; run++) {
            work.run();
        }
        stream.record(end);
        end.synchronize();
        return end.millisSince(begin);
    }
}
