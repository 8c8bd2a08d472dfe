package dev.javelin.bench;

/**
 * Adds up where the engine thread's time goes, from one awaited step to the next. Thread-safe: one lock, which nobody
 * contends for while steps run.
 *
 * <pre>
 * await N-1 returns                                     await N returns
 *      |-- complete, sink, plan --|launch|--|sample|--|==== await ====|      one cycle
 *         own                       call       call       waiting
 * </pre>
 *
 * A cycle counts as decode if the steps awaited at its ends, and all that were launched within it, had one token for
 * each of enough sequences: then the thread never rested in it.
 */
final class StepMeter {
    private int fullRows = Integer.MAX_VALUE;
    private boolean cycleIsFull;
    private boolean lastWasFull;
    private long cycleStartNanos;
    private long cycleCallNanos;
    private long firstLaunchNanos;
    private long lastAwaitedNanos;
    private long computeNanos;
    private Sums decode = Sums.NONE;
    private Sums mixed = Sums.NONE;

    /**
     * Cycles or steps of one kind, added up.
     *
     * @param count how many
     * @param ownNanos the engine thread's time outside the runner; of decode cycles only
     * @param callNanos its time in the runner's launch and sample
     */
    record Sums(long count, long ownNanos, long callNanos) {
        private static final Sums NONE = new Sums(0, 0, 0);

        private Sums plus(long own, long call) {
            return new Sums(count + 1, ownNanos + own, callNanos + call);
        }
    }

    /**
     * What was measured.
     *
     * @param decode full decode cycles
     * @param mixed launches of steps that also computed prompts
     * @param computeNanos what the runner says its steps took
     * @param wallNanos from the first launch to the last awaited step
     */
    record Reading(Sums decode, Sums mixed, long computeNanos, long wallNanos) {}

    /** Starts anew; a full step has this many rows. */
    synchronized void reset(int rows) {
        fullRows = rows;
        decode = Sums.NONE;
        mixed = Sums.NONE;
        firstLaunchNanos = 0;
        lastAwaitedNanos = 0;
        computeNanos = 0;
        cycleIsFull = false;
        lastWasFull = false;
        cycleCallNanos = 0;
    }

    synchronized Reading reading() {
        return new Reading(decode, mixed, computeNanos, Math.max(0, lastAwaitedNanos - firstLaunchNanos));
    }

    boolean isFull(int rows, int tokens) {
        return rows >= fullRows && rows == tokens;
    }

    synchronized void launched(int rows, int tokens, long startNanos, long endNanos) {
        if (firstLaunchNanos == 0) {
            firstLaunchNanos = startNanos;
        }
        cycleCallNanos += endNanos - startNanos;
        cycleIsFull &= isFull(rows, tokens);
        if (tokens > rows) {
            mixed = mixed.plus(0, endNanos - startNanos);
        }
    }

    synchronized void sampled(long startNanos, long endNanos) {
        cycleCallNanos += endNanos - startNanos;
    }

    synchronized void awaited(int rows, int tokens, long startNanos, long endNanos, long stepComputeNanos) {
        boolean full = isFull(rows, tokens);
        if (full && lastWasFull && cycleIsFull) {
            decode = decode.plus(startNanos - cycleStartNanos - cycleCallNanos, cycleCallNanos);
        }
        lastWasFull = full;
        cycleIsFull = true;
        cycleCallNanos = 0;
        cycleStartNanos = endNanos;
        lastAwaitedNanos = endNanos;
        computeNanos += stepComputeNanos;
    }
}
