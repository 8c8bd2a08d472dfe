package dev.javelin.cuda.runner;

/**
 * How much a step computes: what launch geometry depends on. Immutable.
 *
 * @param rows rows, padding included
 * @param tokens tokens over all rows, padding included
 * @param singleRows rows of one token, which come first
 * @param sampleCount rows that draw a token, padding included
 */
record StepShape(int rows, int tokens, int singleRows, int sampleCount) {
    /** A step in which every row is one token that draws another, padded to a bucket. */
    static StepShape decode(int bucketRows) {
        return new StepShape(bucketRows, bucketRows, bucketRows, bucketRows);
    }
}
