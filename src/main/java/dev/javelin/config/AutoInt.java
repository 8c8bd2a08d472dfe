package dev.javelin.config;

import org.jspecify.annotations.Nullable;

/**
 * A count or {@code auto}. Immutable.
 *
 * @param value the count, or null for {@code auto}
 */
public record AutoInt(@Nullable Integer value) {
    /**
     * Reads a setting; Spring's conversion calls it.
     *
     * @throws NumberFormatException for anything but a whole number or {@code auto}
     */
    public static AutoInt valueOf(String text) {
        return new AutoInt(text.strip().equalsIgnoreCase("auto") ? null : Integer.valueOf(text.strip()));
    }
}
