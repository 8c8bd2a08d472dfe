package dev.javelin.cuda.nvrtc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled kernels on disk, so that a second start compiles nothing. Thread-safe, also among processes: an entry
 * appears whole by an atomic move, and whoever comes second replaces it by its equal.
 *
 * <pre>
 * KEY.cubin = [ "JCUB" | sha256 of the rest | cubin ]    KEY = sha256 of all that decides the cubin
 * </pre>
 *
 * <p>An entry that is cut, altered or unreadable is no entry: the kernel is compiled again. A folder that cannot be
 * written is a cache that stays empty, and said once.
 */
public final class CubinCache {
    private static final Logger LOG = LoggerFactory.getLogger(CubinCache.class);
    private static final byte[] MAGIC = "JCUB".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 32;
    private static final int HEADER_BYTES = MAGIC.length + HASH_BYTES;

    private final @Nullable Path folder;

    private CubinCache(@Nullable Path folder) {
        this.folder = folder;
    }

    /** Keeps entries in that folder, which is made when the first one is. */
    public static CubinCache in(Path folder) {
        return new CubinCache(folder);
    }

    /** Keeps nothing. */
    public static CubinCache none() {
        return new CubinCache(null);
    }

    /** The name of what those texts decide: texts that differ in any place or border give another. */
    static String key(Iterable<String> texts) {
        MessageDigest digest = sha256();
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The cubin kept under that key, if it is whole. */
    Optional<byte[]> tryRead(String key) {
        if (folder == null) {
            return Optional.empty();
        }
        Path file = file(folder, key);
        try {
            byte[] entry = Files.readAllBytes(file);
            if (isWhole(entry)) {
                return Optional.of(Arrays.copyOfRange(entry, HEADER_BYTES, entry.length));
            }
            LOG.warn("{} is damaged; the kernel is compiled again", file);
        } catch (NoSuchFileException absent) {
            LOG.debug("{} is not cached yet", file);
        } catch (IOException unreadable) {
            LOG.warn("{} cannot be read ({}); the kernel is compiled again", file, unreadable.toString());
        }
        return Optional.empty();
    }

    /** Keeps a cubin; a disk that refuses costs the next start's time only. */
    void write(String key, byte[] cubin) {
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, key, ".part");
            try {
                Files.write(part, entry(cubin));
                Files.move(
                        part, file(folder, key), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException refused) {
            LOG.warn(
                    "compiled kernels cannot be kept in {} ({}); the next start compiles again",
                    folder,
                    refused.toString());
        }
    }

    private static Path file(Path folder, String key) {
        return folder.resolve(key + ".cubin");
    }

    private static byte[] entry(byte[] cubin) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream(HEADER_BYTES + cubin.length);
        entry.writeBytes(MAGIC);
        entry.writeBytes(sha256().digest(cubin));
        entry.writeBytes(cubin);
        return entry.toByteArray();
    }

    private static boolean isWhole(byte[] entry) {
        if (entry.length <= HEADER_BYTES || !Arrays.equals(entry, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return false;
        }
        MessageDigest digest = sha256();
        digest.update(entry, HEADER_BYTES, entry.length - HEADER_BYTES);
        return Arrays.equals(digest.digest(), Arrays.copyOfRange(entry, MAGIC.length, HEADER_BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
