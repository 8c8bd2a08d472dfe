package dev.javelin.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KvCacheManagerTest {
    private final KvCacheManager cache = new KvCacheManager(List.of(new CacheLayout(4, 6)), "model", true);

    private static int[] tokens(int count) {
        return IntStream.range(100, 100 + count).toArray();
    }

    private SequenceBlocks admitted(int[] tokens, int expectedCached) {
        SequenceBlocks blocks = cache.newSequence("");
        assertThat(cache.tryAdmit(blocks, tokens, tokens.length, 0, true)).isEqualTo(expectedCached);
        return blocks;
    }

    private static int[] table(SequenceBlocks blocks) {
        return blocks.tables().getFirst().blockIdsFrom(0);
    }

    @Test
    void sharesFullComputedBlocksAndLeavesOneTokenToCompute() {
        int[] tokens = tokens(8);
        SequenceBlocks first = admitted(tokens, 0);
        cache.remember(first, tokens, 8);
        SequenceBlocks second = admitted(tokens, 4);
        assertThat(table(first)).containsExactly(0, 1);
        assertThat(table(second)).containsExactly(0, 2);
        SequenceBlocks third = admitted(tokens(9), 8);
        assertThat(table(third)).containsExactly(0, 1, 3);
        cache.checkIntegrity(List.of(first, second, third));
    }

    @Test
    void blocksThatAreNotComputedAreNotShared() {
        int[] tokens = tokens(9);
        SequenceBlocks first = admitted(tokens, 0);
        cache.remember(first, tokens, 7);
        assertThat(table(admitted(tokens, 4))).containsExactly(0, 3, 4);
    }

    @Test
    void cachedBlocksSurviveTheirSequenceUntilTheyAreNeeded() {
        int[] tokens = tokens(9);
        SequenceBlocks first = admitted(tokens, 0);
        cache.remember(first, tokens, 9);
        cache.release(first);
        assertThat(cache.pools().getFirst().cachedBlocks()).isEqualTo(2);
        SequenceBlocks filler = cache.newSequence("");
        assertThat(cache.tryAdmit(filler, tokens(20), 20, 0, false)).isZero();
        assertThat(table(filler)).containsExactly(3, 4, 5, 2, 1);
        cache.release(filler);
        assertThat(table(admitted(tokens, 4))).startsWith(0);
    }

    @Test
    void saltsSeparatePrefixes() {
        int[] tokens = tokens(9);
        SequenceBlocks first = admitted(tokens, 0);
        cache.remember(first, tokens, 9);
        SequenceBlocks salted = cache.newSequence("tenant");
        assertThat(cache.tryAdmit(salted, tokens, 9, 0, true)).isZero();
    }

    @Test
    void admissionTakesAllOrNothing() {
        SequenceBlocks first = admitted(tokens(17), 0);
        SequenceBlocks second = cache.newSequence("");
        assertThat(cache.tryAdmit(second, tokens(5), 5, 0, true)).isEqualTo(-1);
        assertThat(second.blockCount()).isZero();
        assertThat(cache.tryAdmit(second, tokens(4), 4, 1, true)).isEqualTo(-1);
        assertThat(cache.tryAdmit(second, tokens(4), 4, 0, true)).isZero();
        cache.checkIntegrity(List.of(first, second));
    }

    @Test
    void hitsThatNobodyHoldsCountAsTaken() {
        int[] tokens = tokens(17);
        SequenceBlocks first = admitted(tokens, 0);
        cache.remember(first, tokens, 17);
        cache.release(first);
        SequenceBlocks second = cache.newSequence("");
        assertThat(cache.tryAdmit(second, tokens, 17, 2, true)).isEqualTo(-1);
        assertThat(cache.tryAdmit(second, tokens, 17, 1, true)).isEqualTo(16);
    }

    @Test
    void growsBlockByBlock() {
        SequenceBlocks blocks = admitted(tokens(4), 0);
        assertThat(cache.tryGrow(blocks, 4)).isTrue();
        assertThat(blocks.blockCount()).isEqualTo(1);
        assertThat(cache.tryGrow(blocks, 5)).isTrue();
        assertThat(table(blocks)).containsExactly(0, 1);
        assertThat(cache.tryGrow(blocks, 25)).isFalse();
        assertThat(blocks.blockCount()).isEqualTo(2);
    }

    @Test
    void prefixCountsAsFarAsEveryGroupHasIt() {
        KvCacheManager two = new KvCacheManager(List.of(new CacheLayout(4, 6), new CacheLayout(4, 3)), "model", true);
        int[] tokens = tokens(9);
        SequenceBlocks first = two.newSequence("");
        assertThat(two.tryAdmit(first, tokens, 9, 0, true)).isZero();
        two.remember(first, tokens, 9);
        two.release(first);
        SequenceBlocks other = two.newSequence("other");
        assertThat(two.tryAdmit(other, tokens, 8, 0, true)).isZero();
        two.release(other);
        SequenceBlocks again = two.newSequence("");
        assertThat(two.tryAdmit(again, tokens, 9, 0, true)).isEqualTo(4);
        two.checkIntegrity(List.of(again));
    }
}
