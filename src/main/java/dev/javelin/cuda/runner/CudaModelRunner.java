package dev.javelin.cuda.runner;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.StepPlan;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.ownership.EngineThread;
import dev.javelin.ownership.OwnerThread;

/**
 * Runs models on one NVIDIA GPU: the execution bean. Confined to the engine thread, the first that calls
 * {@link #launch}, except for {@link #description()}.
 */
@EngineThread
public final class CudaModelRunner implements ModelRunner {
    private final OwnerThread owner = new OwnerThread();
    private final CudaRuntime runtime;
    private boolean attached;
    private boolean closed;

    private CudaModelRunner(CudaRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Opens the GPU, compiles kernels, loads weights, plans memory and records graphs.
     *
     * @param model what to run; its weights are copied, so the caller may close it afterwards
     * @param settings how much of the GPU to take
     * @throws JavelinException DEVICE_UNAVAILABLE if there is no such GPU, driver or library; MODEL_UNSUPPORTED if the
     *     model needs what this runner cannot do; OUT_OF_MEMORY with the numbers if it does not fit; DEVICE_FAILED if
     *     the GPU refused something else
     */
    public static CudaModelRunner create(LoadedModel model, CudaSettings settings) {
        SpecSupport.check(model.spec());
        return new CudaModelRunner(CudaRuntimeBuilder.build(model, settings));
    }

    @Override
    public RunnerDescription description() {
        return runtime.description();
    }

    @Override
    public PendingStep launch(StepPlan plan) {
        attach();
        if (closed) {
            throw new IllegalStateException("the runner is closed");
        }
        return runtime.launch(plan);
    }

    /** The thread that loaded need not be the one that runs. */
    private void attach() {
        owner.assertCurrent();
        if (!attached) {
            attached = true;
            runtime.makeCurrent();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            runtime.makeCurrent();
            runtime.close();
        }
    }
}
