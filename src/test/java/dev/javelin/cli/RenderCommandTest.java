package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private static List<String> render(String... lines) {
        CommandRun run = CommandRun.withInput(String.join("\n", lines), "render", "--jsonl");
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        return run.lines();
    }

    private static String line(String template, String data) {
        return "{\"template\": " + JsonText.quote(template) + ", \"data\": " + data + "}";
    }

    @Test
    void numbersKeepTheirType() {
        assertEquals(
                List.of("{\"text\": \"1 1.0 1000000000000000000000000000000 0.5 inf 2.0\"}"),
                render(line(
                        "{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ b + 1 }}",
                        "{\"a\": 1, \"b\": 1.0, \"c\": 1000000000000000000000000000000, \"d\": 5e-1, \"e\": 1e999}")));
    }

    @Test
    void keysKeepTheirOrder() {
        assertEquals(
                List.of("{\"text\": \"z,a,m{\\\"z\\\": 1, \\\"a\\\": null, \\\"m\\\": [true]}\"}"),
                render(line(
                        "{% for k in d %}{{ k }}{{ ',' if not loop.last }}{% endfor %}{{ d|tojson }}",
                        "{\"d\": {\"z\": 1, \"a\": null, \"m\": [true]}}")));
    }

    @Test
    void errorIsTheResultOfItsLineAndTheRestGoesOn() {
        List<String> results = render(
                line("a", "{}"),
                line("{% if", "{}"),
                "nonsense",
                "",
                "[]",
                "{\"data\": {}}",
                "{\"template\": 1}",
                "{\"template\": \"\", \"data\": []}",
                line("{{ raise_exception('no é') }}", "{}"),
                line("{{ x.y.z }}", "{}"),
                "{\"template\": \"no data {{ x is defined }}\", \"name\": \"ignored\"}",
                line("{{ 'é' }}\uD83D\uDE80{{ s }}", "{\"s\": \"\\ud800\"}"));
        assertEquals(12, results.size());
        assertEquals("{\"text\": \"a\"}", results.get(0));
        assertTrue(
                results.get(1).startsWith("{\"error\": \"chat template line 1: TemplateSyntaxError"), results.get(1));
        assertTrue(results.get(2).startsWith("{\"error\": \"no JSON: "), results.get(2));
        assertEquals("{\"error\": \"there is no JSON value\"}", results.get(3));
        assertEquals("{\"error\": \"expected a JSON object, got an array\"}", results.get(4));
        assertEquals("{\"error\": \"\\\"template\\\" is missing\"}", results.get(5));
        assertEquals("{\"error\": \"\\\"template\\\" must be a string, but is the number 1\"}", results.get(6));
        assertEquals("{\"error\": \"\\\"data\\\" must be an object, but is an array\"}", results.get(7));
        assertEquals("{\"error\": \"no é\"}", results.get(8));
        assertTrue(results.get(9).contains("UndefinedError"), results.get(9));
        assertEquals("{\"text\": \"no data False\"}", results.get(10));
        assertEquals("{\"text\": \"é🚀\\ud800\"}", results.get(11));
    }

    @Test
    void compiledTemplatesAreKeptUpToALimit() {
        TemplateCache cache = new TemplateCache();
        var first = cache.template("0");
        for (int i = 1; i < TemplateCache.MAX_TEMPLATES; i++) {
            cache.template(String.valueOf(i));
        }
        assertEquals(first, cache.template("0")); // the same, and now the most recent
        cache.template("one more");
        assertEquals(TemplateCache.MAX_TEMPLATES, cache.templateCount());
        assertEquals(first, cache.template("0"));
        for (int i = 0; i < 3 * TemplateCache.MAX_TEMPLATES; i++) {
            cache.template("other " + i);
        }
        assertEquals(TemplateCache.MAX_TEMPLATES, cache.templateCount());
        assertTrue(first != cache.template("0"), "the oldest went");
    }

    @Test
    void hundredThousandLinesAreAnsweredWhileTheyCome() {
        int lineCount = 100_000;
        CountingLines in = new CountingLines(
                lineCount, i -> line("{# " + i % 100 + " #}{{ n + 1 }}", "{\"n\": " + i + "}") + "\n");
        LaggingLines out = new LaggingLines(in, i -> "{\"text\": \"" + (i + 1) + "\"}\n");
        assertEquals(new CommandRun(0, "", "", List.of()), CommandRun.onto(in, out, "render", "--jsonl"));
        assertEquals(lineCount, out.lineCount());
        // one buffer of each side: 64 KiB of lines of at least 50 bytes in, and of 13 bytes out
        assertTrue(out.largestLagLines() < 8_000, "lag of " + out.largestLagLines() + " lines");
    }

    @Test
    void modelsOwnTemplateSeesWhatTransformersGivesIt() {
        String model =
                TinyModelFile.runnable().write(folder.resolve("tiny.gguf")).toString();
        String messages = "[{\"role\": \"user\", \"content\": \"hé\"}]";
        String expected = "<s>[user]hé</s>[assistant]";
        assertEquals(expected, CommandRun.of("render", "-m", model, messages).out());
        assertEquals(
                expected, CommandRun.withInput(messages, "render", "-m", model).out());
        assertEquals(
                "<s>[user]hé</s>",
                CommandRun.of("render", "--no-generation-prompt", "-m", model, messages)
                        .out());
        assertEquals(
                "[user]hé</s>",
                CommandRun.of(
                                "render",
                                "-m",
                                model,
                                "{\"bos_token\": \"\", \"tools\": [], \"messages\": " + messages + "}")
                        .out());
    }

    @Test
    void modelWithoutTemplateAndMessagesOfAnotherKindAreRefused() {
        String model = TinyModelFile.metadata("llama")
                .write(folder.resolve("bare.gguf"))
                .toString();
        assertEquals(
                "javelin: " + model + " has no chat template\n",
                CommandRun.of("render", "-m", model, "[]").err());
        String tiny =
                TinyModelFile.runnable().write(folder.resolve("tiny.gguf")).toString();
        CommandRun run = CommandRun.of("render", "-m", tiny, "\"hi\"");
        assertEquals(1, run.exitCode());
        assertEquals("javelin: expected a JSON array of messages or a JSON object, got a string\n", run.err());
    }
}
