package dev.javelin.cuda.nvrtc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's text and that of every header it includes, directly or not. Immutable.
 *
 * @param text the kernel file
 * @param headers name as included to text, sorted
 */
record SourceFiles(String text, SortedMap<String, String> headers) {
    private static final String FOLDER = "/cuda/";
    private static final Pattern INCLUDE = Pattern.compile("(?m)^[ \\t]*#[ \\t]*include[ \\t]*\"([^\"]+)\"");

    /** Reads them from the class path. */
    static SourceFiles of(KernelSource source) {
        String text = read(source.file());
        SortedMap<String, String> headers = new TreeMap<>();
        Deque<String> unread = new ArrayDeque<>();
        unread.add(text);
        while (!unread.isEmpty()) {
            Matcher include = INCLUDE.matcher(unread.remove());
            while (include.find()) {
                String name = include.group(1);
                if (!headers.containsKey(name)) {
                    String header = read(name);
                    headers.put(name, header);
                    unread.add(header);
                }
            }
        }
        return new SourceFiles(text, headers);
    }

    /** Headers that {@code text} names, those of headers included, must lie in the same folder. */
    private static String read(String file) {
        try (InputStream stream = SourceFiles.class.getResourceAsStream(FOLDER + file)) {
            if (stream == null) {
                throw new IllegalArgumentException("no " + FOLDER + file + " on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + FOLDER + file, unreadable);
        }
    }
}
