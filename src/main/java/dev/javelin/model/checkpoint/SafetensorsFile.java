package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A safetensors file, mapped into memory and checked. Any thread may read it; the one that opened it, or whoever took
 * it over, closes it once nobody reads its tensors any more. What {@link GgufFile} says of files that change holds here
 * too.
 */
final class SafetensorsFile implements AutoCloseable {
    private final Arena arena;
    private final long fileBytes;
    private final SafetensorsHeader header;

    private SafetensorsFile(Arena arena, long fileBytes, SafetensorsHeader header) {
        this.arena = arena;
        this.fileBytes = fileBytes;
        this.header = header;
    }

    /**
     * Maps and checks a file.
     *
     * @throws JavelinException {@code MODEL_UNAVAILABLE} if it cannot be read, else as {@link SafetensorsHeader#parse}
     */
    static SafetensorsFile open(Path path) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long fileBytes = channel.size();
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, fileBytes, arena);
            SafetensorsFile result = new SafetensorsFile(
                    arena, fileBytes, SafetensorsHeader.parse(file, String.valueOf(path.getFileName())));
            opened = true;
            return result;
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + path + ": " + e, e);
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /** Bytes of the whole file. */
    long fileBytes() {
        return fileBytes;
    }

    /** Every tensor, in the order of the data. */
    List<SafetensorsTensor> tensors() {
        return header.tensors();
    }

    /**
     * Unmaps the file; idempotent.
     *
     * @throws IllegalStateException if a tensor is being read in this moment, or a native call holds one
     */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
