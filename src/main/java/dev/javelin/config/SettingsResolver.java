package dev.javelin.config;

import dev.javelin.cpu.CpuSettings;
import dev.javelin.cpu.KvBudget;
import dev.javelin.cuda.driver.CudaAvailability;
import dev.javelin.cuda.runner.CudaSettings;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
    private final Machine machine;
    private final List<String> reasons = new ArrayList<>();

    /**
     * What the process may use.
     *
     * @param freeBytes memory free at start, a container's limit respected
     * @param processors processors
     * @param cuda says whether there is a GPU; asked at most once, since looking loads libraries
     */
    record Machine(long freeBytes, int processors, Supplier<CudaAvailability> cuda) {}

    /**
     * A resolver for one start.
     *
     * @param properties as written
     * @param spec the model
     * @param fileName the model file's name without folders
     * @param machine what the process may use
     */
    SettingsResolver(JavelinProperties properties, ModelSpec spec, String fileName, Machine machine) {
        this.properties = properties;
        this.spec = spec;
        this.fileName = fileName;
        this.machine = machine;
    }

    ResolvedSettings resolve() {
        Backend backend = backend();
        boolean cuda = backend == Backend.CUDA;
        int threads = cuda ? machine.processors() : cpuThreads();
        int sequences = choose(
                "max-sequences",
                properties.maxSequences(),
                cuda ? CudaSettings.DEFAULT_SLOTS : CPU_SEQUENCES,
                cuda ? "the GPU's default" : "the CPU's default");
        int stepTokens = choose(
                "max-step-tokens",
                properties.maxStepTokens(),
                Math.max(cuda ? CudaSettings.DEFAULT_STEP_TOKENS : CPU_STEP_TOKENS, sequences),
                "keeps others' tokens flowing while a prompt is computed");
        if (stepTokens < sequences) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING,
                    "javelin.max-step-tokens",
                    "javelin.max-step-tokens is " + stepTokens + ", it must be at least javelin.max-sequences, "
                            + sequences);
        }
        Long cacheBytes = cuda ? gpuCacheBytes() : Long.valueOf(cacheBytes());
        int context = cuda || cacheBytes == null ? gpuContextTokens() : contextTokens(cacheBytes);
        return new ResolvedSettings(
                backend,
                servedName(),
                context,
                sequences,
                stepTokens,
                cacheBytes,
                threads,
                properties.device(),
                properties.memoryUtilization(),
                reasons);
    }

    /** A GPU that was asked for and is not there stops the start: nobody wants its work on the processor. */
    private Backend backend() {
        if (properties.backend() == Backend.CPU) {
            explain("backend", "cpu", "as set");
            return Backend.CPU;
        }
        return switch (machine.cuda().get()) {
            case CudaAvailability.Available available -> {
                gpu(available);
                yield Backend.CUDA;
            }
            case CudaAvailability.Unavailable unavailable -> {
                if (properties.backend() == Backend.CUDA) {
                    throw new JavelinException(
                            ErrorCode.DEVICE_UNAVAILABLE, "javelin.backend is cuda, but " + unavailable.reason());
                }
                explain("backend", "cpu", "no GPU: " + unavailable.reason());
                yield Backend.CPU;
            }
        };
    }

    private void gpu(CudaAvailability.Available available) {
        int count = available.devices().size();
        if (properties.device() >= count) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING,
                    "javelin.device",
                    "javelin.device is " + properties.device() + ", this process sees " + count
                            + " GPUs, counted from 0");
        }
        explain("backend", "cuda", properties.backend() == Backend.CUDA ? "as set" : "there is a GPU");
        explain(
                "device",
                properties.device(),
                available.devices().get(properties.device()).name() + ", one of " + count);
        explain("memory-utilization", properties.memoryUtilization(), "share of the GPU's memory");
    }

    private int cpuThreads() {
        return choose("cpu-threads", properties.cpuThreads(), machine.processors(), "one a processor");
    }

    private @Nullable Long gpuCacheBytes() {
        DataSize set = properties.kvCacheSize().value();
        explain(
                "kv-cache-size",
                set == null ? "auto" : megabytes(set.toBytes()),
                set == null ? "what the GPU has left after weights, workspace and graphs" : "as set");
        return set == null ? null : set.toBytes();
    }

    /**
     * What the cache holds is known when the GPU's memory is divided: a longer request is refused then, with numbers.
     */
    private int gpuContextTokens() {
        Integer set = properties.maxContextTokens().value();
        if (set != null && set > spec.contextTokens()) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING,
                    "javelin.max-context-tokens",
                    "javelin.max-context-tokens is " + set + ", the model was made for " + spec.contextTokens());
        }
        return choose(
                "max-context-tokens",
                properties.maxContextTokens(),
                spec.contextTokens(),
                "what the model was made for");
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
        long bytes = set == null
                ? KvBudget.defaultBytes(spec, CpuSettings.DEFAULT_CACHE_FORMAT, machine.freeBytes())
                : set.toBytes();
        explain(
                "kv-cache-size",
                megabytes(bytes),
                set == null
                        ? "at most 8 full contexts and a quarter of the " + megabytes(machine.freeBytes())
                                + " that are free"
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
