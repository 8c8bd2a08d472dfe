package dev.javelin.config;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds misspelt settings where Spring does not look: environment variables and system properties. Stateless. (In files
 * and on the command line Spring itself refuses unknown keys.)
 */
final class UnknownSettings {
    private static final Set<String> KNOWN = Arrays.stream(JavelinProperties.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(UnknownSettings::folded)
            .collect(Collectors.toUnmodifiableSet());

    private UnknownSettings() {}

    /**
     * Refuses unknown names.
     *
     * @param names of environment variables and system properties
     * @throws JavelinException INVALID_SETTING naming each
     */
    static void refuse(Collection<String> names) {
        Set<String> unknown = new TreeSet<>();
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean ours = lower.startsWith("javelin.") || name.startsWith("JAVELIN_");
            String setting =
                    ours ? folded(lower.substring("javelin.".length()).replaceAll("(\\[\\d+]|_\\d+_?)$", "")) : "";
            if (ours && !KNOWN.contains(setting)) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING,
                    String.join(", ", unknown),
                    "unknown setting " + String.join(", ", unknown) + "; the known are listed in the README");
        }
    }

    private static String folded(String name) {
        return name.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }
}
