package dev.javelin.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a file's content must hash to, as the Hub's entity tags say it: 64 hex digits are the content's sha256 (files in
 * large-file storage), 40 are git's sha1 of {@code "blob <length>\0" + content}. Immutable.
 *
 * @param etag the entity tag without quotes; also the blob's name in the cache
 */
record ContentHash(String etag) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern GIT_SHA1 = Pattern.compile("[0-9a-f]{40}");
    private static final int BUFFER_BYTES = 1 << 20;

    ContentHash {
        if (!SafeNames.isEtag(etag)) {
            throw new IllegalArgumentException("entity tag \"" + etag + "\" cannot name a file");
        }
    }

    /** The sha256, or null if the tag is none. */
    @Nullable String sha256() {
        return SHA256.matcher(etag).matches() ? etag : null;
    }

    /** Whether the tag says anything about the content. */
    boolean isVerifiable() {
        return SHA256.matcher(etag).matches() || GIT_SHA1.matcher(etag).matches();
    }

    /** A digest that, fed with the content, ends in the tag. A tag that is no hash gets a sha256 nobody compares. */
    MessageDigest start(long lengthBytes) {
        if (!GIT_SHA1.matcher(etag).matches()) {
            return digest("SHA-256");
        }
        MessageDigest digest = digest("SHA-1");
        digest.update(("blob " + lengthBytes + "\0").getBytes(StandardCharsets.US_ASCII));
        return digest;
    }

    /** Feeds the first {@code lengthBytes} bytes of a file. */
    static void update(MessageDigest digest, Path file, long lengthBytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            long left = lengthBytes;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new IOException(file + " ends " + left + " bytes early");
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
        }
    }

    /** The digest in the tag's form. */
    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
