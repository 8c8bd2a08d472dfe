package dev.javelin.engine;

import dev.javelin.backend.PendingStep;
import dev.javelin.scheduler.PlannedStep;

/**
 * A step in flight.
 *
 * @param planned what was planned for whom
 * @param pending the runner's side of it
 * @param launchedNanos when
 */
record LaunchedStep(PlannedStep planned, PendingStep pending, long launchedNanos) {}
