package dev.javelin.backend;

/**
 * The tokens that a row may draw. Immutable.
 *
 * @param rowIndex index in {@link StepPlan#rows()}
 * @param allowedBits bit {@code id & 63} of word {@code id >>> 6} is set where the token is allowed; at least one is
 */
public record TokenMask(int rowIndex, long[] allowedBits) {}
