package dev.javelin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        return new JavelinProperties(
                List.of(),
                null,
                Backend.AUTO,
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
        return new SettingsResolver(properties, spec(), "Tiny-1B.Q4_1.gguf", freeBytes, 2).resolve();
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
}
