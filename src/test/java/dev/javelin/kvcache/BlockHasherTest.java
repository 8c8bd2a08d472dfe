package dev.javelin.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockHasherTest {
    private static final BlockKey ROOT = new BlockKey(0, 0);

    private final BlockHasher hasher = new BlockHasher(4);

    /** A key that changed would make every stored cache useless: the value is Python's hashlib's. */
    @Test
    void keysAreStableAcrossProcesses() {
        BlockKey key = hasher.hash(new BlockKey(1, 2), new int[] {9, 3, 4, 5, 6}, 1);
        assertThat(key).isEqualTo(new BlockKey(EXPECTED_HIGH, EXPECTED_LOW));
    }

    private static final long EXPECTED_HIGH = 4044509348026564220L;
    private static final long EXPECTED_LOW = -5391352947794935350L;

    @Test
    void keyDependsOnParentTokensAndTheirOrder() {
        BlockKey key = hasher.hash(ROOT, new int[] {1, 2, 3, 4}, 0);
        assertThat(hasher.hash(ROOT, new int[] {1, 2, 3, 4}, 0)).isEqualTo(key);
        assertThat(hasher.hash(ROOT, new int[] {2, 1, 3, 4}, 0)).isNotEqualTo(key);
        assertThat(hasher.hash(new BlockKey(0, 1), new int[] {1, 2, 3, 4}, 0)).isNotEqualTo(key);
        assertThat(hasher.root(ROOT, "a")).isNotEqualTo(hasher.root(ROOT, "b"));
    }
}
