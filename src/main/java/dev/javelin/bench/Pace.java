package dev.javelin.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often a row is repeated: as often as asked for; else until it was repeated often or took long enough, once at
 * least. Immutable.
 *
 * @param exactRepeats what the user asked for, or null
 * @param mostRepeats most repeats otherwise
 * @param rowNanos time after which a row is not repeated
 * @param deadline when everything ends
 * @param nanoClock monotonic time
 */
record Pace(@Nullable Integer exactRepeats, int mostRepeats, long rowNanos, Deadline deadline, LongSupplier nanoClock) {
    /** One measurement. */
    interface Trial<T> {
        /** Measures once. */
        T run() throws OutOfTimeException;
    }

    /**
     * Repeats a measurement.
     *
     * @return one result a repeat, at least one
     * @throws OutOfTimeException if the deadline passed before the first was done
     */
    <T> List<T> repeat(Trial<T> trial) throws OutOfTimeException {
        List<T> results = new ArrayList<>();
        long startNanos = nanoClock.getAsLong();
        while (goesOn(results.size(), nanoClock.getAsLong() - startNanos)) {
            try {
                results.add(trial.run());
            } catch (OutOfTimeException e) {
                if (results.isEmpty()) {
                    throw e;
                }
                return results;
            }
        }
        return results;
    }

    private boolean goesOn(int done, long takenNanos) {
        if (done == 0) {
            return true;
        }
        if (deadline.isOver()) {
            return false;
        }
        return exactRepeats == null ? done < mostRepeats && takenNanos < rowNanos : done < exactRepeats;
    }
}
