package dev.javelin.api;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Tells clients which of their fields nobody read, and the log once for each. Thread-safe. */
public final class IgnoredFields {
    /** The response's header. */
    public static final String HEADER = "x-javelin-ignored";

    private static final Logger LOG = System.getLogger(IgnoredFields.class.getName());
    private static final int MAX_NAMED = 16;
    private static final int MAX_LOGGED = 1000;

    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    /** Nothing logged yet. */
    public IgnoredFields() {}

    /**
     * The header's value; logs names that are new.
     *
     * @param paths at least one
     * @return names that are safe in a header, the first sixteen
     */
    public String header(Collection<String> paths) {
        String names = paths.stream()
                .limit(MAX_NAMED)
                .map(path -> JsonValues.shortened(path.replaceAll("[^\\[\\]A-Za-z0-9._-]", "?"), 64))
                .collect(Collectors.joining(", "));
        if (logged.size() < MAX_LOGGED && logged.add(names)) {
            LOG.log(Level.INFO, "a request has fields that this server does not know and ignores: " + names);
        }
        return names;
    }
}
