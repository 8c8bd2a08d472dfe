package dev.javelin.cuda.kernel;

import dev.javelin.backend.SlotSampling;
import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.generation.SamplingParams;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Times sampling as nodes of a graph: microseconds a launch, and what reading the logits once at that speed would be.
 * Arguments: vocabulary (128256), most rows (256).
 */
final class SamplingSpeed {
    private static final int GRAPH_LAUNCHES = 20;
    private static final int ROUNDS = 15;
    private static final int[] ROWS = {1, 4, 16, 64, 128, 256};
    private static final int[] TOKENS = {1, 2, 3, 4};

    private SamplingSpeed() {}

    public static void main(String[] arguments) {
        int vocabulary = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 128_256;
        int maxRows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 256;
        try (SamplingWork work = new SamplingWork(vocabulary, maxRows, maxRows)) {
            System.out.println(work.work.device().properties().name() + ", vocabulary " + vocabulary);
            Random random = new Random(1);
            float[][] logits = new float[maxRows][vocabulary];
            for (float[] row : logits) {
                for (int id = 0; id < vocabulary; id++) {
                    row[id] = (float) (random.nextGaussian() * 2.5 + (random.nextInt(2000) == 0 ? 10 : 0));
                }
            }
            work.putLogits(logits);
            for (Map.Entry<String, SamplingParams[]> kind : kinds().entrySet()) {
                for (int rows : ROWS) {
                    if (rows <= maxRows) {
                        time(work, kind.getKey(), kind.getValue(), rows, vocabulary);
                    }
                }
            }
            timeLogprobs(work, vocabulary);
        }
    }

    private static Map<String, SamplingParams[]> kinds() {
        SamplingParams plain = params(1, 0, 1, 0);
        SamplingParams penalties = new SamplingParams(0, 0, 1, 0, 1.1, 0.1, 0.1, Map.of(), null);
        Map<String, SamplingParams[]> kinds = new LinkedHashMap<>();
        kinds.put("greedy", new SamplingParams[] {SamplingParams.GREEDY});
        kinds.put("greedy with penalties", new SamplingParams[] {penalties});
        kinds.put("temperature 1", new SamplingParams[] {plain});
        kinds.put("min-p 0.05", new SamplingParams[] {params(1, 0, 1, 0.05)});
        kinds.put("top-k 50", new SamplingParams[] {params(0.8, 50, 1, 0)});
        kinds.put("top-p 0.95", new SamplingParams[] {params(0.8, 0, 0.95, 0)});
        kinds.put("top-p 0.999, temperature 2", new SamplingParams[] {params(2, 0, 0.999, 0)});
        kinds.put("top-k 20, top-p 0.95", new SamplingParams[] {params(0.7, 20, 0.95, 0)});
        kinds.put(
                "mixed",
                new SamplingParams[] {SamplingParams.GREEDY, plain, params(0.8, 0, 0.95, 0), params(0.7, 20, 0.95, 0)});
        return kinds;
    }

    private static SamplingParams params(double temperature, int topK, double topP, double minP) {
        return new SamplingParams(temperature, topK, topP, minP, 1, 0, 0, Map.of(), null);
    }

    private static void time(SamplingWork work, String name, SamplingParams[] params, int rows, int vocabulary) {
        for (int row = 0; row < rows; row++) {
            SlotSampling sampling = new SlotSampling(params[row % params.length], row, 0, 0, new int[0], null, null);
            work.init(row, sampling, TOKENS, 2);
        }
        work.flush();
        int[] lengths = new int[rows];
        Arrays.fill(lengths, TOKENS.length);
        SampledRows sampled = work.putRows(IntStream.range(0, rows).toArray(), lengths);
        CudaStream stream = work.work.stream();
        double micros = micros(stream, () -> work.sampling.sample(stream, sampled, null, work.lastTokens, work.output));
        SamplingGroups plan = work.sampling.plan(rows);
        System.out.printf(
                "%-28s %4d rows  %7.1f us  %5.2f TB/s  (%d x %d blocks)%n",
                name,
                rows,
                micros,
                (double) rows * vocabulary * Float.BYTES / micros / 1e6,
                plan.groups(),
                plan.groupBlocks());
    }

    private static void timeLogprobs(SamplingWork work, int vocabulary) {
        for (int count : new int[] {1, SamplingWork.MAX_LOGPROBS}) {
            int[][] wanted = new int[count][];
            Arrays.setAll(wanted, i -> new int[] {i, 7, 20});
            work.logprobs(wanted);
            CudaStream stream = work.work.stream();
            double micros = micros(stream, () -> work.launchLogprobs(count));
            System.out.printf(
                    "%-28s %4d rows  %7.1f us  %5.2f TB/s%n",
                    "log-probabilities, 20 top",
                    count,
                    micros,
                    (double) count * vocabulary * Float.BYTES / micros / 1e6);
        }
    }

    /** Median over rounds. */
    private static double micros(CudaStream stream, Runnable launch) {
        Runnable launches = () -> {
            for (int i = 0; i < GRAPH_LAUNCHES; i++) {
                launch.run();
            }
        };
        try (CudaGraph graph = stream.capture(launches);
                CudaGraphExec exec = graph.instantiate();
                CudaEvent begin = CudaEvent.create(true);
                CudaEvent end = CudaEvent.create(true)) {
            double[] rounds = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                exec.launch(stream);
                stream.record(begin);
                exec.launch(stream);
                stream.record(end);
                end.synchronize();
                rounds[round] = end.millisSince(begin) * 1000.0 / GRAPH_LAUNCHES;
            }
            Arrays.sort(rounds);
            return rounds[ROUNDS / 2];
        }
    }
}
