package dev.javelin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.cuda.driver.CudaAvailability;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class SettingsResolverTest {
    private static final AutoInt AUTO = new AutoInt(null);

    /** One token's keys and values take 2 * 4 * 2 * 64 * 4 = 4,096 bytes. */
    private static ModelSpec spec() {
        CacheGroup group = new CacheGroup(0, IntStream.range(0, 4).boxed().toList(), 2, 64, null);
        return new ModelSpec(
                "llama",
                "tiny",
                100,
                256,
                2048,
                List.of(),
                new NormSpec(NormSpec.Kind.RMS, 1e-5f),
                true,
                List.of(group));
    }

    private static JavelinProperties properties(AutoInt context, AutoInt sequences, AutoInt step, String cache) {
        return properties(Backend.AUTO, 0, context, sequences, step, cache);
    }

    private static JavelinProperties properties(
            Backend backend, int device, AutoInt context, AutoInt sequences, AutoInt step, String cache) {
        return new JavelinProperties(
                List.of(),
                null,
                backend,
                device,
                0.92,
                context,
                sequences,
                step,
                256,
                AutoSize.valueOf(cache),
                true,
                AUTO,
                Duration.ofSeconds(30),
                DataSize.ofMegabytes(4),
                Duration.ofSeconds(15),
                true);
    }

    private static ResolvedSettings resolved(JavelinProperties properties, long freeBytes) {
        return resolved(properties, freeBytes, new CudaAvailability.Unavailable("libcuda.so.1 was not found"));
    }

    private static ResolvedSettings resolved(JavelinProperties properties, long freeBytes, CudaAvailability cuda) {
        return new SettingsResolver(
                        properties, spec(), "Tiny-1B.Q4_1.gguf", new SettingsResolver.Machine(freeBytes, 2, () -> cuda))
                .resolve();
    }

    @Test
    void autoTakesWhatEightContextsNeed() {
        ResolvedSettings settings = resolved(properties(AUTO, AUTO, AUTO, "auto"), 1L << 40);
        assertThat(settings.kvCacheBytes()).isEqualTo(8L * 2048 * 4096);
        assertThat(settings.contextTokens()).isEqualTo(2048);
        assertThat(settings.cpuThreads()).isEqualTo(2);
        assertThat(settings.servedModelName()).isEqualTo("Tiny-1B");
        assertThat(settings.reasons()).anyMatch(line -> line.contains("max-context-tokens = 2048 (what the model"));
    }

    @Test
    void autoTakesAtMostAQuarterOfFreeMemoryAndTheContextFollows() {
        ResolvedSettings settings = resolved(properties(AUTO, AUTO, AUTO, "auto"), 4L * 1024 * 4096);
        assertThat(settings.kvCacheBytes()).isEqualTo(1024 * 4096);
        assertThat(settings.contextTokens()).isEqualTo(1024);
        assertThat(settings.reasons()).anyMatch(line -> line.contains("max-context-tokens = 1024 (what the KV cache"));
    }

    @Test
    void settingsStandAsSet() {
        ResolvedSettings settings =
                resolved(properties(new AutoInt(512), new AutoInt(3), new AutoInt(64), "8MB"), 1L << 40);
        assertThat(settings.contextTokens()).isEqualTo(512);
        assertThat(settings.maxSequences()).isEqualTo(3);
        assertThat(settings.maxStepTokens()).isEqualTo(64);
        assertThat(settings.kvCacheBytes()).isEqualTo(8 << 20);
    }

    @Test
    void contextBeyondModelOrCacheIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> resolved(properties(new AutoInt(4096), AUTO, AUTO, "auto"), 1L << 40))
                .hasMessageContaining("4096")
                .hasMessageContaining("2048");
        assertThatThrownBy(() -> resolved(properties(new AutoInt(2048), AUTO, AUTO, "1MB"), 1L << 40))
                .hasMessageContaining("256");
    }

    @Test
    void cacheThatHoldsNothingIsRefused() {
        assertThatThrownBy(() -> resolved(properties(AUTO, AUTO, AUTO, "1KB"), 1L << 40))
                .hasMessageContaining("does not hold one block");
    }

    @Test
    void stepSmallerThanTheBatchIsRefused() {
        assertThatThrownBy(() -> resolved(properties(AUTO, new AutoInt(8), new AutoInt(4), "auto"), 1L << 40))
                .hasMessageContaining("max-step-tokens is 4")
                .hasMessageContaining("8");
    }

    private static CudaAvailability oneGpu() {
        return new CudaAvailability.Available(List.of(new DeviceProperties(
                "NVIDIA H100", 9, 0, 132, 80L << 30, 50L << 20, 232_448, 233_472, 1_980_000, 13_000, 13_000)));
    }

    @Test
    void autoTakesAGpuWhereThereIsOneAndSaysSo() {
        ResolvedSettings settings = resolved(properties(AUTO, AUTO, AUTO, "auto"), 1L << 40, oneGpu());
        assertThat(settings.backend()).isEqualTo(Backend.CUDA);
        assertThat(settings.kvCacheBytes()).isNull();
        assertThat(settings.maxSequences()).isEqualTo(256);
        assertThat(settings.maxStepTokens()).isEqualTo(8192);
        assertThat(settings.reasons())
                .contains("javelin.backend = cuda (there is a GPU)", "javelin.device = 0 (NVIDIA H100, one of 1)");
    }

    @Test
    void autoSaysWhyItTookTheProcessor() {
        ResolvedSettings settings = resolved(properties(AUTO, AUTO, AUTO, "auto"), 1L << 40);
        assertThat(settings.backend()).isEqualTo(Backend.CPU);
        assertThat(settings.reasons()).contains("javelin.backend = cpu (no GPU: libcuda.so.1 was not found)");
    }

    @Test
    void aGpuThatWasAskedForIsNeverReplacedByTheProcessor() {
        JavelinProperties cuda = properties(Backend.CUDA, 0, AUTO, AUTO, AUTO, "auto");
        assertThatThrownBy(() -> resolved(cuda, 1L << 40))
                .isInstanceOfSatisfying(
                        JavelinException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_UNAVAILABLE))
                .hasMessageContaining("libcuda.so.1 was not found");
    }

    @Test
    void refusesAGpuThatIsNotThere() {
        JavelinProperties second = properties(Backend.AUTO, 1, AUTO, AUTO, AUTO, "auto");
        assertThatThrownBy(() -> resolved(second, 1L << 40, oneGpu()))
                .hasMessageContaining("javelin.device is 1, this process sees 1 GPUs");
    }
}
