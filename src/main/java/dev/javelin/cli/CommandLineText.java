package dev.javelin.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Arguments as they were typed. Stateless.
 *
 * <p>In a "C" locale, which is what containers and services usually start in, the JVM decodes its arguments as ASCII:
 * every byte of a letter beyond it becomes U+FFFD, and no setting changes that. Linux still has the bytes.
 */
public final class CommandLineText {
    /** Where Linux keeps them, each ended by a zero byte; the arguments of {@code main} come last. */
    public static final Path LINUX = Path.of("/proc/self/cmdline");

    private static final char REPLACEMENT = '\uFFFD';

    private CommandLineText() {}

    /**
     * The arguments as UTF-8, or unchanged where nothing was lost or it cannot be found again.
     *
     * @param args as the JVM gave them
     * @param commandLine {@link #LINUX}
     */
    public static String[] restore(String[] args, Path commandLine) {
        if (Arrays.stream(args).noneMatch(arg -> arg.indexOf(REPLACEMENT) >= 0)) {
            return args;
        }
        try {
            // ISO 8859-1 keeps each byte as a char
            String[] all =
                    Files.readString(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1);
            int first = all.length - 1 - args.length; // the last zero byte ends an argument, too
            String[] restored = args.clone();
            for (int i = 0; i < args.length; i++) {
                String bytes = first < 0 ? "" : all[first + i];
                if (!bytes.replaceAll("[\\x80-\\xFF]", String.valueOf(REPLACEMENT))
                        .equals(args[i])) {
                    return args;
                }
                restored[i] = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
            return restored;
        } catch (IOException e) {
            return args; // not Linux
        }
    }
}
