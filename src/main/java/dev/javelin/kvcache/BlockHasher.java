package dev.javelin.kvcache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes block keys: the first 128 bits of SHA-256 over the parent's key and the block's tokens. Not thread-safe. */
public final class BlockHasher {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int KEY_BYTES = 16;

    private final MessageDigest digest;
    private final byte[] input;
    private final byte[] output = new byte[32];
    private final int blockTokens;

    /**
     * A hasher for blocks of one size.
     *
     * @param blockTokens tokens of a block
     */
    public BlockHasher(int blockTokens) {
        this.blockTokens = blockTokens;
        this.input = new byte[KEY_BYTES + Integer.BYTES * blockTokens];
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The key of a block.
     *
     * @param parent the key of the block before it, or the root's
     * @param tokenIds holds the block's tokens
     * @param offset index of its first token
     */
    public BlockKey hash(BlockKey parent, int[] tokenIds, int offset) {
        LONGS.set(input, 0, parent.high());
        LONGS.set(input, Long.BYTES, parent.low());
        for (int i = 0; i < blockTokens; i++) {
            INTS.set(input, KEY_BYTES + Integer.BYTES * i, tokenIds[offset + i]);
        }
        return digested(input);
    }

    /**
     * The key above a chain's first block.
     *
     * @param parent the key above, or (0, 0)
     * @param name what separates this chain from others: model, revision and cache format, or a cache salt
     */
    public BlockKey root(BlockKey parent, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] named = new byte[KEY_BYTES + text.length];
        LONGS.set(named, 0, parent.high());
        LONGS.set(named, Long.BYTES, parent.low());
        System.arraycopy(text, 0, named, KEY_BYTES, text.length);
        return digested(named);
    }

    private BlockKey digested(byte[] bytes) {
        digest.update(bytes);
        try {
            digest.digest(output, 0, output.length);
        } catch (DigestException e) {
            throw new IllegalStateException("the output holds 32 bytes", e);
        }
        return new BlockKey((long) LONGS.get(output, 0), (long) LONGS.get(output, Long.BYTES));
    }
}
