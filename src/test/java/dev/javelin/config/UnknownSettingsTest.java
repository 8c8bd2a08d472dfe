package dev.javelin.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.error.JavelinException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownSettingsTest {
    @Test
    void knownNamesPassInEverySpelling() {
        assertThatCode(() -> UnknownSettings.refuse(List.of(
                        "javelin.max-sequences",
                        "javelin.maxSequences",
                        "JAVELIN_MAX_SEQUENCES",
                        "JAVELIN_MAXSEQUENCES",
                        "javelin.model",
                        "javelin.model[1]",
                        "JAVELIN_MODEL_0",
                        "PATH",
                        "JAVELINX",
                        "user.home")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"javelin.max-sequnces", "JAVELIN_MODLE", "javelin.", "JAVELIN_MODEL_X"})
    void misspeltNamesAreNamed(String name) {
        assertThatThrownBy(() -> UnknownSettings.refuse(List.of("javelin.model", name)))
                .isInstanceOf(JavelinException.class)
                .hasMessageContaining(name);
    }
}
