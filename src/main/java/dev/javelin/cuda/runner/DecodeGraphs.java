package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.CudaStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recorded forward passes of decode steps, one for each bucket of rows: a replay costs the CPU a fraction of its
 * launches. Confined to the engine thread.
 *
 * <p>A step of fewer rows than its bucket runs with padding rows, which read and write nothing. Buckets are close
 * together where a row more costs time (weights are read anyway, but logits and attention are not).
 */
final class DecodeGraphs implements AutoCloseable {
    private static final int STEP_ROWS = 16;
    private static final int[] SMALL = {1, 2, 4, 8};

    private final ForwardPass forward;
    private final TreeMap<Integer, CudaGraphExec> graphs = new TreeMap<>();
    private final List<Integer> buckets;

    DecodeGraphs(ForwardPass forward, int maxRows) {
        this.forward = forward;
        this.buckets = buckets(maxRows);
    }

    /** The numbers of rows that are recorded, ascending; the last is {@code maxRows}. */
    static List<Integer> buckets(int maxRows) {
        List<Integer> buckets = new ArrayList<>();
        for (int rows : SMALL) {
            if (rows < maxRows) {
                buckets.add(rows);
            }
        }
        for (int rows = STEP_ROWS; rows < maxRows; rows += STEP_ROWS) {
            buckets.add(rows);
        }
        buckets.add(maxRows);
        return buckets;
    }

    /**
     * Records every bucket. The input on the device must be that of an empty step: each bucket runs once before it is
     * recorded, so that everything lazy is loaded, and writes nothing.
     */
    void record(CudaStream stream) {
        for (int rows : buckets) {
            StepShape shape = StepShape.decode(rows);
            forward.run(stream, shape);
            try (CudaGraph graph = stream.capture(() -> forward.run(stream, shape))) {
                CudaGraphExec exec = graph.instantiate();
                graphs.put(rows, exec);
                exec.upload(stream);
            }
        }
        stream.synchronize();
    }

    /** The smallest bucket that holds so many rows. */
    int bucket(int rows) {
        Map.Entry<Integer, CudaGraphExec> found = graphs.ceilingEntry(rows);
        if (found == null) {
            throw new IllegalArgumentException(rows + " rows, the largest graph has " + graphs.lastKey());
        }
        return found.getKey();
    }

    /** Replays a bucket that {@link #bucket} gave. */
    void launch(CudaStream stream, int bucketRows) {
        CudaGraphExec exec = graphs.get(bucketRows);
        if (exec == null) {
            throw new IllegalArgumentException("no graph of " + bucketRows + " rows");
        }
        exec.launch(stream);
    }

    /** How many there are. */
    int count() {
        return graphs.size();
    }

    @Override
    public void close() {
        graphs.values().forEach(CudaGraphExec::close);
        graphs.clear();
    }
}
