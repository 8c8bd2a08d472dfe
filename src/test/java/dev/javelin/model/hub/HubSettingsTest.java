package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
    @TempDir
    Path home;

    @Test
    void withoutVariablesTheDefaultsHold() {
        HubSettings settings = of(Map.of());
        assertEquals(URI.create("https://huggingface.co"), settings.endpoint());
        assertNull(settings.token());
        assertEquals(home.resolve(".cache/huggingface/hub"), settings.hubCache());
        assertEquals(home.resolve(".cache/javelin"), settings.packageCache());
        assertFalse(settings.offline());
    }

    @Test
    void theMoreSpecificVariableWins() {
        assertEquals(Path.of("/x/hub"), of(Map.of("HF_HOME", "/x")).hubCache());
        assertEquals(
                Path.of("/y"), of(Map.of("HF_HOME", "/x", "HF_HUB_CACHE", "/y")).hubCache());
        assertEquals(
                Path.of("/z"),
                of(Map.of("HF_HOME", "/x", "HUGGINGFACE_HUB_CACHE", "/z")).hubCache());
        assertEquals(
                Path.of("/c/huggingface/hub"),
                of(Map.of("XDG_CACHE_HOME", "/c")).hubCache());
        assertEquals(home.resolve("x/hub"), of(Map.of("HF_HOME", "~/x")).hubCache());
    }

    @Test
    void theTokenComesFromTheVariableElseFromTheFile() throws Exception {
        Path file = home.resolve(".cache/huggingface/token");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "hf_file\n");
        assertEquals("hf_file", of(Map.of()).token());
        assertEquals("hf_variable", of(Map.of("HF_TOKEN", " hf_variable ")).token());
        assertNull(of(Map.of("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).token());
        assertFalse(of(Map.of("HF_TOKEN", "hf_variable")).toString().contains("hf_variable"));
    }

    @Test
    void aTokenThatWouldBreakAHeaderIsRefusedWithoutShowingIt() {
        JavelinException e = assertThrows(JavelinException.class, () -> of(Map.of("HF_TOKEN", "hf_a\r\nX: y")));
        assertEquals("HF_TOKEN", e.field());
        assertFalse(e.reason().contains("hf_a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "YES", "on"})
    void offlineHasFourSpellings(String value) {
        assertTrue(of(Map.of("HF_HUB_OFFLINE", value)).offline());
        assertFalse(of(Map.of("HF_HUB_OFFLINE", "0")).offline());
    }

    @Test
    void theEndpointLosesItsSlash() {
        assertEquals(
                URI.create("http://mirror:8080/hub"),
                of(Map.of("HF_ENDPOINT", "http://mirror:8080/hub/")).endpoint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror", "ftp://x", "http://", "http:// x"})
    void anEndpointThatIsNoAddressIsRefused(String value) {
        JavelinException e = assertThrows(JavelinException.class, () -> of(Map.of("HF_ENDPOINT", value)));
        assertEquals(ErrorCode.INVALID_SETTING, e.code());
        assertEquals("HF_ENDPOINT", e.field());
    }

    private HubSettings of(Map<String, String> environment) {
        return HubSettings.ofEnvironment(environment, home);
    }
}
