package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantPreferenceTest {
    @Test
    void takesTheMostWantedFormat() {
        assertEquals("m-Q4_1.gguf", choose("m-Q8_0.gguf", "m-Q4_1.gguf", "m-Q4_K_M.gguf", "README.md"));
        assertEquals("m-q8_0.gguf", choose("m-q8_0.gguf", "m-bf16.gguf", "m-Q6_K.gguf"));
        assertEquals("m.fp16.gguf", choose("m.fp16.gguf", "m.Q5_0.gguf"));
        assertEquals("model_q4_0.gguf", choose("model_q4_0.gguf", "model_q5_1.gguf"));
        assertEquals("sub/m-F32.gguf", choose("sub/m-F32.gguf"));
    }

    @Test
    void doesNotTakeRelativesOfAFormat() {
        refused("m-Q4_0_4_4.gguf", "m-Q4_K_S.gguf", "m-IQ4_NL.gguf");
        refused("m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf");
        refused("mmproj-m-F16.gguf");
        refused("m.safetensors", "config.json");
        refused();
    }

    @Test
    void takesTheOnlyFileWhoseNameSaysNothing() {
        assertEquals("model.gguf", choose("model.gguf", "config.json"));
        refused("model.gguf", "other.gguf");
        refused("model-Q3_K_M.gguf");
        refused("model-IQ2_XS.gguf");
    }

    @Test
    void refusesToGuessBetweenModels() {
        JavelinException e = refused("a-Q8_0.gguf", "b-Q8_0.gguf");
        assertEquals("repo has 2 Q8_0 files; name one file; found: a-Q8_0.gguf, b-Q8_0.gguf", e.reason());
    }

    private static String choose(String... names) {
        return QuantPreference.DEFAULT.choose(List.of(names), "repo");
    }

    private static JavelinException refused(String... names) {
        JavelinException e = assertThrows(JavelinException.class, () -> choose(names));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, e.code());
        for (String name : names) {
            assertTrue(e.reason().contains(name), e.reason());
        }
        return e;
    }
}
