package dev.javelin.api;

import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Ids of requests that came without one: 32 hexadecimal digits. Thread-safe where its source is. Not
 * {@link java.util.UUID#randomUUID()}, whose source of randomness may block an event loop.
 */
public final class RequestIds implements Supplier<String> {
    private final LongSupplier randomness;

    /**
     * A source of ids.
     *
     * @param randomness 64 bits each time
     */
    public RequestIds(LongSupplier randomness) {
        this.randomness = randomness;
    }

    @Override
    public String get() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(randomness.getAsLong()) + hex.toHexDigits(randomness.getAsLong());
    }
}
