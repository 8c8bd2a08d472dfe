package dev.javelin.config;

import dev.javelin.cpu.CpuSettings;
import dev.javelin.cpu.KvBudget;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/** Turns every {@code auto} into a value with a reason. Used once, by one thread. */
final class SettingsResolver {
    private static final Pattern FORMAT_SUFFIX =
            Pattern.compile("([.-](I?Q\\d[A-Z0-9_]*|F16|BF16|F32))?\\.gguf$", Pattern.CASE_INSENSITIVE);
    private static final int CPU_SEQUENCES = 16;
    private static final int CPU_STEP_TOKENS = 256;

    private final JavelinProperties properties;
    private final ModelSpec spec;
    private final String fileName;
    private final long freeBytes;
    private final int processors;
    private final List<String> reasons = new ArrayList<>();

    /**
     * A resolver for one start.
     *
     * @param properties as written
     * @param spec the model
     * @param fileName the model file's name without folders
     * @param freeBytes memory free at start, a container's limit respected
     * @param processors processors that this process may use
     */
    SettingsResolver(JavelinProperties properties, ModelSpec spec, String fileName, long freeBytes, int processors) {
        this.properties = properties;
        this.spec = spec;
        this.fileName = fileName;
        this.freeBytes = freeBytes;
        this.processors = processors;
    }

    ResolvedSettings resolve() {
        explain("backend", "cpu", properties.backend() == Backend.CPU ? "as set" : "this build has no other");
        int threads = choose("cpu-threads", properties.cpuThreads(), processors, "one a processor");
        int sequences = choose("max-sequences", properties.maxSequences(), CPU_SEQUENCES, "the CPU's default");
        int stepTokens = choose(
                "max-step-tokens",
                properties.maxStepTokens(),
                Math.max(CPU_STEP_TOKENS, sequences),
                "keeps others' tokens flowing while a prompt is computed");
        if (stepTokens < sequences) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING,
                    "javelin.max-step-tokens",
                    "javelin.max-step-tokens is " + stepTokens + ", it must be at least javelin.max-sequences, "
                            + sequences);
        }
        long cacheBytes = cacheBytes();
        int context = contextTokens(cacheBytes);
        return new ResolvedSettings(
                Backend.CPU, servedName(), context, sequences, stepTokens, cacheBytes, threads, reasons);
    }

    /** A file is called after its model; what it calls itself inside is often a training run's name. */
    private String servedName() {
        String set = properties.servedModelName();
        String name = set == null ? FORMAT_SUFFIX.matcher(fileName).replaceFirst("") : set;
        explain("served-model-name", name, set == null ? "the file's name" : "as set");
        return name;
    }

    private long cacheBytes() {
        DataSize set = properties.kvCacheSize().value();
        long bytes =
                set == null ? KvBudget.defaultBytes(spec, CpuSettings.DEFAULT_CACHE_FORMAT, freeBytes) : set.toBytes();
        explain(
                "kv-cache-size",
                megabytes(bytes),
                set == null
                        ? "at most 8 full contexts and a quarter of the " + megabytes(freeBytes) + " that are free"
                        : "as set");
        return bytes;
    }

    private int contextTokens(long cacheBytes) {
        long blockBytes =
                KvBudget.bytesPerToken(spec, CpuSettings.DEFAULT_CACHE_FORMAT) * CpuSettings.DEFAULT_BLOCK_TOKENS;
        long cacheTokens = cacheBytes / blockBytes * CpuSettings.DEFAULT_BLOCK_TOKENS;
        int most = (int) Math.min(spec.contextTokens(), cacheTokens);
        if (most < 2) {
            throw new JavelinException(
                    ErrorCode.OUT_OF_MEMORY,
                    "the KV cache of " + megabytes(cacheBytes) + " does not hold one block of " + megabytes(blockBytes)
                            + "; set javelin.kv-cache-size or free memory");
        }
        Integer set = properties.maxContextTokens().value();
        if (set != null && set > most) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING,
                    "javelin.max-context-tokens",
                    "javelin.max-context-tokens is " + set + ", the model was made for " + spec.contextTokens()
                            + " and the KV cache holds " + cacheTokens);
        }
        boolean cacheLimits = cacheTokens < spec.contextTokens();
        return choose(
                "max-context-tokens",
                properties.maxContextTokens(),
                most,
                cacheLimits ? "what the KV cache holds" : "what the model was made for");
    }

    private int choose(String name, AutoInt set, int otherwise, String reason) {
        Integer value = set.value();
        explain(name, value == null ? otherwise : value, value == null ? reason : "as set");
        return value == null ? otherwise : value;
    }

    private void explain(String name, Object value, String reason) {
        reasons.add("javelin." + name + " = " + value + " (" + reason + ")");
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
