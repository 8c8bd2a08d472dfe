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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A GGUF file, mapped into memory and checked. Any thread may read it; the one that opened it, or whoever took it over,
 * closes it once nobody reads its tensors any more.
 *
 * <p>The mapping has the size that the file has at {@link #open}. A file that another process cuts short afterwards
 * cannot be guarded against: reading a page that is gone is an {@link InternalError} from the JVM at best. Replace
 * model files by renaming, never by writing into them.
 */
public final class GgufFile implements Checkpoint {
    private final Path path;
    private final Arena arena;
    private final long fileBytes;
    private final GgufHeader header;
    private final Map<String, GgufTensor> byName;

    private GgufFile(Path path, Arena arena, long fileBytes, GgufHeader header) {
        this.path = path;
        this.arena = arena;
        this.fileBytes = fileBytes;
        this.header = header;
        this.byName =
                header.tensors().stream().collect(Collectors.toUnmodifiableMap(GgufTensor::name, Function.identity()));
    }

    /**
     * Maps and checks a file.
     *
     * @throws JavelinException {@code MODEL_UNAVAILABLE} if it cannot be read, {@code MODEL_CORRUPT} if it is damaged
     *     (the message has offset, field and value), {@code MODEL_UNSUPPORTED} for a version, byte order or tensor type
     *     that this build does not know
     */
    public static GgufFile open(Path path) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long fileBytes = channel.size();
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, fileBytes, arena);
            GgufFile result =
                    new GgufFile(path, arena, fileBytes, GgufHeader.parse(file, String.valueOf(path.getFileName())));
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

    /** Where the file is. */
    public Path path() {
        return path;
    }

    @Override
    public String source() {
        return header.metadata().source();
    }

    @Override
    public long fileBytes() {
        return fileBytes;
    }

    /** The format's version, 2 or 3. */
    public int version() {
        return header.version();
    }

    /** The keys. */
    public GgufMetadata metadata() {
        return header.metadata();
    }

    @Override
    public List<GgufTensor> tensors() {
        return header.tensors();
    }

    @Override
    public Optional<GgufTensor> tryTensor(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Unmaps the file; idempotent. Tensors read later throw {@link IllegalStateException}.
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
