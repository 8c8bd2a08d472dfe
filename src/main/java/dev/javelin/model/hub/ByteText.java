package dev.javelin.model.hub;

import java.util.Locale;

/** Byte counts for people, in powers of 1000 as disks and networks are sold. Stateless. */
final class ByteText {
    private ByteText() {}

    static String of(long bytes) {
        if (bytes >= 1_000_000_000L) {
            return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
        }
        if (bytes >= 1_000_000L) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        }
        return bytes >= 1000 ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3) : bytes + " bytes";
    }
}
