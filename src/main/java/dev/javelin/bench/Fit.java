package dev.javelin.bench;

import dev.javelin.backend.CachePlan;
import dev.javelin.backend.RunnerDescription;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether requests fit a runner. Stateless. */
final class Fit {
    private Fit() {}

    /**
     * Why requests cannot run at the same time, or null if they can.
     *
     * @param sequences how many
     * @param lengthTokens how long each gets
     */
    static @Nullable String obstacle(RunnerDescription runner, int sequences, int lengthTokens) {
        if (sequences > runner.maxSlots()) {
            return "needs " + sequences + " sequences at once, the runner holds " + runner.maxSlots();
        }
        int context = runner.spec().contextTokens();
        if (lengthTokens > context) {
            return "needs sequences of " + lengthTokens + " tokens, the model's context is " + context;
        }
        for (CachePlan plan : runner.cachePlans()) {
            long neededBlocks = (long) sequences * Math.ceilDiv(lengthTokens, plan.blockTokens());
            if (neededBlocks > plan.blockCount()) {
                return String.format(
                        Locale.ROOT,
                        "needs a KV cache of %,d tokens, there are %,d",
                        neededBlocks * plan.blockTokens(),
                        (long) plan.blockCount() * plan.blockTokens());
            }
        }
        return null;
    }
}
