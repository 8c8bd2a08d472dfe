package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Matrix products on one stream. Confined to that stream's thread; products on other streams need a {@code Matmuls} of
 * their own, since those of one share its workspace.
 *
 * <p>Run a plan once before capturing it into a graph: the library loads a kernel when it is first used, which capture
 * may not bear.
 */
public final class Matmuls implements AutoCloseable {
    /** Workspace that every algorithm finds room in; the library's advice for Hopper and later is half of it. */
    public static final long WORKSPACE_BYTES = 64L << 20;

    private final boolean elementF16;
    private final DeviceBuffer workspace;
    private final LtContext context;
    private final MatmulChoices choices;
    private final Map<MatmulShape, MatmulPlan> plans = new HashMap<>();
    private boolean closed;

    /**
     * Products of the current device.
     *
     * @param elementF16 whether elements are f16; else they are bf16
     * @param workspace {@link #WORKSPACE_BYTES}, used by nobody else; not closed here
     * @param choices algorithms found earlier
     */
    public Matmuls(boolean elementF16, DeviceBuffer workspace, MatmulChoices choices) {
        workspace.requireBytes(WORKSPACE_BYTES, "workspace");
        this.elementF16 = elementF16;
        this.workspace = workspace;
        this.choices = choices;
        this.context = new LtContext(elementF16, workspace.address(), WORKSPACE_BYTES);
    }

    /**
     * The plan of a shape, made at the first call.
     *
     * @throws JavelinException DEVICE_FAILED if the library supports it in no way
     */
    public MatmulPlan plan(MatmulShape shape) {
        MatmulPlan known = plans.get(shape);
        if (known == null) {
            known = make(shape);
            plans.put(shape, known);
        }
        return known;
    }

    /**
     * Enqueues y = x w^T, or y += x w^T.
     *
     * @param x [m, k] elements
     * @param w [n, k] elements
     * @param y [m, n] elements or f32; overlaps neither
     */
    public void run(CudaStream stream, MatmulPlan plan, DeviceBuffer x, DeviceBuffer w, DeviceBuffer y) {
        MatmulShape shape = plan.shape();
        require(x, shape.xBytes(), "x");
        require(w, shape.wBytes(), "w");
        require(y, shape.yBytes(), "y");
        context.enqueue(stream.handle(), plan, x.address(), w.address(), y.address());
    }

    /**
     * Times the library's candidates and keeps the fastest, in the plan and with the choices; y is overwritten. Not
     * while the stream captures: earlier graphs keep the algorithm that they were captured with.
     *
     * @param weights matrices of that shape that take turns, best those of all layers, so that none stays in L2
     * @param limit ends after the candidate during which it passes
     */
    public MatmulPlan tune(
            CudaStream stream,
            MatmulShape shape,
            DeviceBuffer x,
            List<DeviceBuffer> weights,
            DeviceBuffer y,
            Duration limit) {
        MatmulPlan plan = plan(shape);
        List<MatmulAlgorithm> candidates = context.candidates(plan.layouts(), MatmulTuner.CANDIDATES);
        MatmulAlgorithm best = new MatmulTuner(this, stream, x, weights, y).fastest(plan, candidates, limit);
        plan.use(best);
        choices.put(elementF16, shape, best);
        return plan;
    }

    /** Whether the shape's algorithm was tuned, now or in an earlier run. */
    public boolean isTuned(MatmulShape shape) {
        return choices.tryFind(elementF16, shape).isPresent();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            plans.values().forEach(MatmulPlan::close);
            context.close();
        }
    }

    private MatmulPlan make(MatmulShape shape) {
        LtLayouts layouts = context.layouts(shape);
        Optional<MatmulAlgorithm> chosen = choices.tryFind(elementF16, shape);
        if (chosen.isPresent()) {
            MatmulPlan plan = new MatmulPlan(shape, layouts, chosen.get());
            if (context.supports(plan)) {
                return plan;
            }
        }
        List<MatmulAlgorithm> candidates = context.candidates(layouts, 1);
        if (candidates.isEmpty()) {
            layouts.close();
            throw new JavelinException(
                    ErrorCode.DEVICE_FAILED,
                    "cuBLASLt has no algorithm for " + (elementF16 ? "f16 " : "bf16 ") + shape + " within "
                            + workspace.bytes() + " bytes of workspace");
        }
        return new MatmulPlan(shape, layouts, candidates.getFirst());
    }

    private static void require(DeviceBuffer buffer, long minBytes, String what) {
        buffer.requireBytes(minBytes, what);
        if (buffer.address() % LtContext.ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException(
                    what + " at " + buffer.address() + " is not aligned to " + LtContext.ALIGNMENT_BYTES + " bytes");
        }
    }
}
