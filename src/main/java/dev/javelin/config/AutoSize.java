package dev.javelin.config;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * An amount of memory or {@code auto}. Immutable.
 *
 * @param value the amount, or null for {@code auto}
 */
public record AutoSize(@Nullable DataSize value) {
    /**
     * Reads a setting such as {@code 2GB}; Spring's conversion calls it.
     *
     * @throws IllegalArgumentException for anything but an amount or {@code auto}
     */
    public static AutoSize valueOf(String text) {
        return new AutoSize(text.strip().equalsIgnoreCase("auto") ? null : DataSize.parse(text.strip()));
    }
}
