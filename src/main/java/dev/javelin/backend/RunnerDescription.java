package dev.javelin.backend;

import dev.javelin.model.ModelSpec;
import java.util.List;

/**
 * What a runner runs and what it can take. Immutable.
 *
 * @param spec the model
 * @param deviceName for people: "CPU, 2 threads, 512-bit vectors"
 * @param cachePlans one a cache group, by id
 * @param maxSlots sequences that can be in a step
 * @param maxStepTokens tokens of one step over all rows
 * @param maxStepsInFlight how many steps may be launched and not awaited: 1 means that a launch waits for the step
 *     before
 * @param memoryPlan where memory goes, in the order to print
 */
public record RunnerDescription(
        ModelSpec spec,
        String deviceName,
        List<CachePlan> cachePlans,
        int maxSlots,
        int maxStepTokens,
        int maxStepsInFlight,
        List<MemoryUse> memoryPlan) {
    /** Copies the lists. */
    public RunnerDescription {
        cachePlans = List.copyOf(cachePlans);
        memoryPlan = List.copyOf(memoryPlan);
    }
}
