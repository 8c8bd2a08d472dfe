package dev.javelin.bench;

/**
 * The best that a device was seen to do. Immutable.
 *
 * @param readBytesPerSecond memory read, far more than the caches hold
 * @param copyBytesPerSecond memory copied: bytes read and bytes written, added
 * @param gemmFlopsPerSecond of a large matrix product in the runner's format; a multiply-add counts twice
 * @param gemmShape which product, for people
 */
public record DeviceCeilings(
        double readBytesPerSecond, double copyBytesPerSecond, double gemmFlopsPerSecond, String gemmShape) {}
