package dev.javelin.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a strict content security policy and a small page ask of the static files; needs no browser. */
class ChatPageFilesTest {
    private static final Path FILES = Path.of("src/main/resources/static");

    @Test
    void holdsNoInlineScriptStyleOrHandler() throws IOException {
        String html = Files.readString(FILES.resolve("index.html"));
        assertEquals(List.of(), matches("<script(?![^>]*\\bsrc=)|<style|\\sstyle=|\\son[a-z]+=|javascript:", html));
        assertTrue(html.contains("require-trusted-types-for 'script'"), "the page states its own policy");
    }

    @Test
    void asksNoOtherHost() throws IOException {
        for (String file : List.of("index.html", "chat.css", "chat.js")) {
            String text = Files.readString(FILES.resolve(file));
            assertEquals(List.of(), matches("(?:src|href)=[\"'](?:https?:)?//|@import|url\\(|import\\(", text), file);
        }
    }

    @Test
    void neverAssignsHtml() throws IOException {
        String script = Files.readString(FILES.resolve("chat.js"));
        assertFalse(Pattern.compile(
                        "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|srcdoc")
                .matcher(script)
                .find());
    }

    @Test
    void staysSmall() throws IOException {
        long bytes = 0;
        try (var files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        assertTrue(bytes < 80_000, "the page has " + bytes + " bytes, its limit is 80000");
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group())
                .toList();
    }
}
