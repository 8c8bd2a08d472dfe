package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.HubClient.RemoteFile;
import dev.javelin.model.hub.HubTransport.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills one part file until it is the whole, verified content: resumes what an earlier attempt or process left, starts
 * over where the server cannot resume, retries what breaks. Confined to one thread, which holds the entry's lock.
 *
 * <pre>
 * part file:  [ bytes that are right if the checksum says so | next piece goes here ...   lengthBytes )
 *             0                                              doneBytes
 * </pre>
 */
final class BlobDownload {
    private static final Logger LOG = LoggerFactory.getLogger(BlobDownload.class);
    /** An attempt that brought less counts as a failure in a row. */
    private static final long PROGRESS_BYTES = 1 << 20;
    /** Left free for everybody else. */
    private static final long SPARE_BYTES = 32L << 20;

    private final ModelSource.Hub source;
    private final RemoteFile file;
    private final Path part;
    private final Path validatorFile;
    private final HubFetcher.Tools tools;
    private MessageDigest digest;
    private long doneBytes;

    BlobDownload(ModelSource.Hub source, RemoteFile file, Path part, HubFetcher.Tools tools) {
        this.source = source;
        this.file = file;
        this.part = part;
        this.validatorFile = part.resolveSibling(part.getFileName() + ".etag");
        this.tools = tools;
        this.digest = file.hash().start(file.lengthBytes());
    }

    /** Downloads; when it returns, the part file is complete, verified and on the disk. */
    void run(HubClient client) throws IOException, InterruptedException {
        pickUp();
        requireSpace();
        tools.progress().onStart(file.name(), file.lengthBytes(), doneBytes);
        try {
            fill(client);
            if (!verify()) {
                LOG.warn("{} has a wrong checksum, downloading it once more", file.name());
                startOver();
                fill(client);
                if (!verify()) {
                    startOver();
                    throw new JavelinException(
                            ErrorCode.MODEL_CORRUPT,
                            source.text() + ": the server sent twice what does not hash to "
                                    + file.hash().etag() + "; it was deleted");
                }
            }
        } finally {
            tools.progress().onEnd();
        }
        Files.deleteIfExists(validatorFile);
    }

    /** Takes over what an earlier process left. */
    private void pickUp() throws IOException {
        long foundBytes = Files.isRegularFile(part) ? Files.size(part) : 0;
        if (foundBytes > file.lengthBytes()) {
            LOG.info("{} is longer than the file, starting over", part);
            startOver();
        } else if (foundBytes > 0) {
            ContentHash.update(digest, part, foundBytes);
            doneBytes = foundBytes;
            LOG.info("resuming {} at {} of {}", file.name(), ByteText.of(doneBytes), ByteText.of(file.lengthBytes()));
        }
    }

    private void requireSpace() throws IOException {
        long neededBytes = file.lengthBytes() - doneBytes + SPARE_BYTES;
        long usableBytes = tools.host().usableBytes(Host.directoryOf(part));
        if (neededBytes > usableBytes) {
            throw diskFull(usableBytes, null);
        }
    }

    private JavelinException diskFull(long usableBytes, @Nullable IOException cause) {
        String message = file.name() + " needs " + ByteText.of(file.lengthBytes() - doneBytes) + " more and "
                + ByteText.of(SPARE_BYTES) + " spare, but " + ByteText.of(usableBytes) + " are free in "
                + Host.directoryOf(part)
                + (cause == null ? "" : " (" + cause.getMessage() + ")")
                + "; free some space or set HF_HOME to a larger disk";
        return cause == null
                ? new JavelinException(ErrorCode.MODEL_UNAVAILABLE, message)
                : new JavelinException(ErrorCode.MODEL_UNAVAILABLE, message, cause);
    }

    private void fill(HubClient client) throws IOException, InterruptedException {
        int failures = 0;
        long highWaterBytes = doneBytes;
        while (doneBytes < file.lengthBytes()) {
            try {
                transfer(client);
            } catch (IOException e) {
                boolean advanced = doneBytes >= highWaterBytes + PROGRESS_BYTES;
                failures = advanced ? 1 : failures + 1;
                highWaterBytes = Math.max(highWaterBytes, doneBytes);
                tools.retries().pauseAfter(failures, e, tools.host());
            }
        }
        if (file.lengthBytes() == 0) {
            Files.write(part, new byte[0]);
        }
    }

    private void transfer(HubClient client) throws IOException, InterruptedException {
        try (Reply reply = client.open(source, file, doneBytes, doneBytes > 0 ? readValidator() : null)) {
            if (doneBytes > 0 && !continues(reply)) {
                LOG.info("the server does not resume {}, starting over", file.name());
                startOver();
                if (reply.status() != 200) {
                    throw new IOException(reply.uri().getHost() + " answers a range it was not asked for");
                }
            }
            if (doneBytes == 0) {
                writeValidator(reply.header("etag").orElse(null));
            }
            receive(reply);
        }
    }

    private boolean continues(Reply reply) {
        OptionalLong totalBytes =
                HubClient.totalBytesOfRange(reply.header("content-range").orElse(null), doneBytes);
        return reply.status() == 206 && totalBytes.isPresent() && totalBytes.getAsLong() == file.lengthBytes();
    }

    private void receive(Reply reply) throws IOException, InterruptedException {
        try (FileChannel out = openPart()) {
            for (ByteBuffer piece = reply.body().next();
                    piece != null;
                    piece = reply.body().next()) {
                if (piece.remaining() > file.lengthBytes() - doneBytes) {
                    startOver();
                    throw new IOException("more bytes came than the " + file.lengthBytes() + " of " + file.name());
                }
                digest.update(piece.duplicate());
                doneBytes += write(out, piece);
                tools.progress().onBytes(doneBytes);
            }
            out.force(true); // the name that follows promises the content, also after a power cut
        }
        if (doneBytes < file.lengthBytes()) {
            throw new IOException(
                    "the answer ended at byte " + doneBytes + " of " + file.lengthBytes() + " of " + file.name());
        }
    }

    private FileChannel openPart() throws IOException {
        try {
            return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Writing fails for reasons that another try of the network does not cure. */
    private int write(FileChannel out, ByteBuffer piece) throws IOException {
        int lengthBytes = piece.remaining();
        try {
            long position = doneBytes;
            while (piece.hasRemaining()) {
                position += out.write(piece, position);
            }
            return lengthBytes;
        } catch (IOException e) {
            long usableBytes = tools.host().usableBytes(Host.directoryOf(part));
            throw usableBytes < SPARE_BYTES ? diskFull(usableBytes, e) : unwritable(e);
        }
    }

    private JavelinException unwritable(IOException e) {
        return new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot write " + part + ": " + e, e);
    }

    private boolean verify() {
        return !file.hash().isVerifiable()
                || ContentHash.hex(digest).equals(file.hash().etag());
    }

    private void startOver() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(validatorFile);
        digest = file.hash().start(file.lengthBytes());
        doneBytes = 0;
        tools.progress().onBytes(0);
    }

    /** The entity tag of the server that sent the part's bytes: content networks have tags of their own. */
    private @Nullable String readValidator() throws IOException {
        return Files.isRegularFile(validatorFile) ? Files.readString(validatorFile) : null;
    }

    private void writeValidator(@Nullable String etag) throws IOException {
        boolean strong = etag != null
                && etag.length() > 2
                && etag.startsWith("\"")
                && etag.endsWith("\"")
                && SafeNames.faultOfCharacters(etag) == null;
        if (strong) {
            Files.writeString(validatorFile, etag);
        } else {
            Files.deleteIfExists(validatorFile);
        }
    }
}
