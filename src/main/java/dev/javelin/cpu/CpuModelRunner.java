package dev.javelin.cpu;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.StepPlan;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.ownership.EngineThread;
import dev.javelin.ownership.OwnerThread;

/**
 * Runs models on the machine's own cores. Confined to the engine thread, the first that calls {@link #launch}, except
 * for {@link #description()}.
 *
 * <p>The forward pass runs within {@link #launch}, on the calling thread and the pool's; {@link PendingStep#sample}
 * draws the tokens.
 */
@EngineThread
public final class CpuModelRunner implements ModelRunner {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private final OwnerThread owner = new OwnerThread();
    private final CpuRuntime runtime;
    private boolean closed;

    private CpuModelRunner(CpuRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prepares a model.
     *
     * @param model what to run; not closed here, and outlives the runner
     * @param settings how much of the machine to take
     * @throws JavelinException DEVICE_UNAVAILABLE if the JVM was started without the Vector API's module,
     *     MODEL_UNSUPPORTED if the model needs what this runner cannot do, MODEL_CORRUPT if a weight has the wrong
     *     shape, OUT_OF_MEMORY if not even one cache block fits
     */
    public static CpuModelRunner create(LoadedModel model, CpuSettings settings) {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            throw new JavelinException(
                    ErrorCode.DEVICE_UNAVAILABLE,
                    "the CPU runner needs the Vector API: start the JVM with --add-modules=" + VECTOR_MODULE);
        }
        return new CpuModelRunner(CpuRuntime.create(model, settings));
    }

    @Override
    public RunnerDescription description() {
        return runtime.description();
    }

    @Override
    public PendingStep launch(StepPlan plan) {
        owner.assertCurrent();
        if (closed) {
            throw new IllegalStateException("the runner is closed");
        }
        for (SlotOp op : plan.slotOps()) {
            runtime.slots().apply(op);
        }
        return runtime.run(plan);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            runtime.close();
        }
    }
}
