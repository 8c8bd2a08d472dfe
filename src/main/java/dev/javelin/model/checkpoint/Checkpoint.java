package dev.javelin.model.checkpoint;

import java.util.List;
import java.util.Optional;

/**
 * Named tensors in mapped files, checked. Any thread may read it; the owner closes it once nobody reads its tensors any
 * more.
 */
public interface Checkpoint extends AutoCloseable {
    /** The file or folder, for messages. */
    String source();

    /** Every tensor, in the files' order. */
    List<? extends CheckpointTensor> tensors();

    /** The tensor of that name, or empty. */
    Optional<? extends CheckpointTensor> tryTensor(String name);

    /** Bytes of all files. */
    long fileBytes();

    /** Unmaps the files; idempotent. Tensors read later throw {@link IllegalStateException}. */
    @Override
    void close();
}
