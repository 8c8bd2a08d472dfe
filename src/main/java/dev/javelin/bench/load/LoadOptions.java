package dev.javelin.bench.load;

import dev.javelin.bench.LengthDraw;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to send where. Immutable.
 *
 * @param base the API's address, {@code http://host:port/v1}
 * @param model the model's name, or null for the first that the server lists
 * @param requestCount how many requests
 * @param ratePerSecond requests a second on average, or null for all at once
 * @param prompt how the prompts' lengths are drawn, in words or tokens
 * @param answer how the answers' lengths are drawn, in tokens
 * @param vocabularyTokens prompts are token ids below this; null for English words
 * @param temperature of sampling
 * @param seed of lengths, prompts and arrivals
 * @param headers sent with each request
 * @param timeout after which a request has failed
 */
public record LoadOptions(
        URI base,
        @Nullable String model,
        int requestCount,
        @Nullable Double ratePerSecond,
        LengthDraw prompt,
        LengthDraw answer,
        @Nullable Integer vocabularyTokens,
        double temperature,
        long seed,
        Map<String, String> headers,
        Duration timeout) {
    /** Copies the map. */
    public LoadOptions {
        headers = Map.copyOf(headers);
    }

    /** The same prompts, so many of them at once, with answers of other lengths. */
    LoadOptions atOnce(int requests, LengthDraw answers) {
        return new LoadOptions(
                base, model, requests, null, prompt, answers, vocabularyTokens, temperature, seed, headers, timeout);
    }
}
