package dev.javelin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.backend.CacheFormat;
import dev.javelin.cpu.CpuModelRunner;
import dev.javelin.cpu.CpuSettings;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.WeightContent;
import dev.javelin.model.WeightFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models opened by their source, as the server opens them. */
class OpenedModelTest {
    @TempDir
    private Path folder;

    private OpenedModel open(String source) {
        return EngineAssembly.openModel(List.of(source), new HostEnvironment(Map.of(), folder, false));
    }

    @Test
    void dummyOfALargeModelNeedsNoMemory() {
        try (OpenedModel opened = open("dummy:src/test/resources/configs/llama-3.1-8b")) {
            assertThat(opened.origin().displayName()).isEqualTo("llama-3.1-8b");
            assertThat(opened.summary().checkpoint().parameterCount()).isEqualTo(8_030_261_248L);
            assertThat(opened.summary().checkpoint().packedBytes()).isEqualTo(2 * 8_030_261_248L);
            assertThat(opened.model().weights().all()).allSatisfy(weight -> {
                assertThat(weight.format()).isEqualTo(WeightFormat.BF16);
                assertThat(weight.content()).isInstanceOf(WeightContent.Random.class);
            });
            assertThat(opened.tokenizer().vocabularySize()).isEqualTo(128256);
            assertThat(opened.tokenizer().endOfGenerationIds()).containsExactly(128001);
            assertThat(opened.tokenizer().decode(new int[] {1, 2, 128000}, false))
                    .isEmpty();
            assertThat(opened.chatTemplate()).isEmpty();
            assertThatExceptionOfType(JavelinException.class)
                    .isThrownBy(() -> opened.tokenizer().encode("hello", true))
                    .withMessageContaining("no tokenizer")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
            CpuSettings settings = new CpuSettings(1, 1, 8, 32, 1 << 28, CacheFormat.F16);
            assertThatExceptionOfType(JavelinException.class)
                    .isThrownBy(() -> CpuModelRunner.create(opened.model(), settings))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
        }
    }
}
