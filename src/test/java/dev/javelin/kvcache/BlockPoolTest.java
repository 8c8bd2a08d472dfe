package dev.javelin.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockPoolTest {
    private final BlockPool pool = new BlockPool(3);

    @Test
    void takesEveryBlockExactlyOnce() {
        assertThat(new int[] {pool.take(), pool.take(), pool.take()}).containsExactly(0, 1, 2);
        assertThatThrownBy(pool::take).isInstanceOf(IllegalStateException.class).hasMessageContaining("all 3 are held");
    }

    @Test
    void takesFreeBlocksBeforeCachedOnesAndThoseByLeastRecentUse() {
        pool.take();
        pool.take();
        pool.remember(0, new BlockKey(0, 1));
        pool.remember(1, new BlockKey(0, 2));
        pool.release(1);
        pool.release(0);
        assertThat(pool.cachedBlocks()).isEqualTo(2);
        assertThat(new int[] {pool.take(), pool.take()}).containsExactly(2, 1);
        assertThat(pool.find(new BlockKey(0, 2))).isNull();
        assertThat(pool.find(new BlockKey(0, 1))).isZero();
    }

    @Test
    void sharedBlockComesBackWithItsLastHolder() {
        pool.take();
        pool.share(0);
        pool.release(0);
        assertThat(pool.availableBlocks()).isEqualTo(2);
        pool.release(0);
        assertThat(pool.availableBlocks()).isEqualTo(3);
        assertThatThrownBy(() -> pool.release(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sharingACachedBlockTakesItOutOfReachOfEviction() {
        pool.take();
        pool.remember(0, new BlockKey(0, 1));
        pool.release(0);
        pool.share(0);
        assertThat(new int[] {pool.take(), pool.take()}).containsExactly(1, 2);
        assertThatThrownBy(pool::take).isInstanceOf(IllegalStateException.class);
        pool.checkIntegrity(new int[] {1, 1, 1});
    }

    @Test
    void secondBlockWithTheSameContentStaysUnknown() {
        pool.take();
        pool.take();
        pool.remember(0, new BlockKey(0, 1));
        pool.remember(1, new BlockKey(0, 1));
        assertThat(pool.find(new BlockKey(0, 1))).isZero();
        pool.release(1);
        assertThat(pool.cachedBlocks()).isZero();
        pool.checkIntegrity(new int[] {1, 0, 0});
    }

    @Test
    void integrityCheckNamesTheBlockThatDisagrees() {
        pool.take();
        assertThatThrownBy(() -> pool.checkIntegrity(new int[3])).hasMessageContaining("block 0 has 1 holders");
    }
}
