package dev.javelin.backend;

/** How cached keys and values are stored. */
public enum CacheFormat {
    /** IEEE single precision. */
    F32(4),
    /** IEEE half precision. */
    F16(2),
    /** The upper half of a single. */
    BF16(2);

    private final int elementBytes;

    CacheFormat(int elementBytes) {
        this.elementBytes = elementBytes;
    }

    /** Bytes of an element. */
    public int elementBytes() {
        return elementBytes;
    }
}
