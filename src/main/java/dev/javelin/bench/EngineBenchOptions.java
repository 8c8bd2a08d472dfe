package dev.javelin.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to measure. Immutable.
 *
 * @param models sources, tried in order; empty for the default model
 * @param settings the engine's, by name without {@code javelin.}; what is missing is its default
 * @param rows names of rows; empty for all
 * @param full whether workloads keep their size on a device that would need hours
 * @param limit when to end, or null: as long as it takes, or a minute where workloads shrink
 * @param warmUpTime for how long made-up requests run first, so that the JVM compiles
 * @param repeats how often each row is repeated, or null: a few times, less for long ones
 * @param seed of lengths and tokens
 * @param temperature of sampling
 * @param commit what was built, for the report
 */
public record EngineBenchOptions(
        List<String> models,
        Map<String, String> settings,
        List<String> rows,
        boolean full,
        @Nullable Duration limit,
        Duration warmUpTime,
        @Nullable Integer repeats,
        long seed,
        double temperature,
        String commit) {
    /** Copies the lists. */
    public EngineBenchOptions {
        models = List.copyOf(models);
        settings = Map.copyOf(settings);
        rows = List.copyOf(rows);
    }
}
