package dev.javelin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.error.JavelinException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class JavelinPropertiesTest {
    @EnableConfigurationProperties(JavelinProperties.class)
    static class Bound {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void defaultsAreAuto() {
        runner.run(context -> {
            JavelinProperties properties = context.getBean(JavelinProperties.class);
            assertThat(properties.model()).isEmpty();
            assertThat(properties.maxSequences().value()).isNull();
            assertThat(properties.kvCacheSize().value()).isNull();
            assertThat(properties.backend()).isEqualTo(Backend.AUTO);
            assertThat(properties.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        });
    }

    @Test
    void valuesAreReadWithTheirUnits() {
        Map<String, String> values = Map.of(
                "javelin.model[0]", "a.gguf",
                "javelin.max-sequences", "3",
                "javelin.kv-cache-size", "2GB",
                "javelin.backend", "cpu",
                "javelin.drain-timeout", "2m");
        runner.withPropertyValues(values.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new))
                .run(context -> {
                    JavelinProperties properties = context.getBean(JavelinProperties.class);
                    assertThat(properties.model()).containsExactly("a.gguf");
                    assertThat(properties.maxSequences().value()).isEqualTo(3);
                    assertThat(properties.kvCacheSize().value()).isEqualTo(DataSize.ofGigabytes(2));
                    assertThat(properties.drainTimeout()).isEqualTo(Duration.ofMinutes(2));
                });
    }

    @Test
    void unknownKeyStopsTheStart() {
        runner.withPropertyValues("javelin.max-sequnces=3")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("javelin.max-sequnces"));
    }

    @ParameterizedTest
    @CsvSource({
        "max-sequences, 0",
        "max-step-tokens, 0",
        "max-context-tokens, 1",
        "max-queued-requests, 0",
        "cpu-threads, -1",
        "drain-timeout, -1s",
        "keep-alive, 0s",
        "max-request-size, 0B",
        "kv-cache-size, -1B"
    })
    void valueOutOfRangeNamesTheSettingAndTheValue(String key, String value) {
        runner.withPropertyValues("javelin." + key + "=" + value)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(JavelinException.class)
                        .hasMessageContaining("javelin." + key));
    }

    @Test
    void wordThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> AutoInt.valueOf("many")).isInstanceOf(NumberFormatException.class);
        assertThat(AutoInt.valueOf(" Auto ").value()).isNull();
    }
}
