package dev.javelin.backend;

import dev.javelin.error.JavelinException;
import dev.javelin.ownership.EngineThread;
import java.util.List;

/** A launched step. Confined to the engine thread; {@link #sample} is called once, then {@link #await} once. */
@EngineThread
public interface PendingStep {
    /**
     * Starts sampling.
     *
     * @param masks one for each row with {@link PlanRow#awaitsMask()}, ascending by row
     */
    void sample(List<TokenMask> masks);

    /**
     * Waits for the step's end.
     *
     * @return what each row gave
     * @throws JavelinException DEVICE_FAILED if the device failed; the engine ends
     */
    StepResult await();
}
