package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizeCommandTest {
    private static final List<String> TEXTS = List.of(
            "", "hey", "he he", "grün 日本 🚀\n\t\"\\", "<s>hey</s>", "\u0000\u007F\u2028", "e\u0301", "x".repeat(5000));

    @TempDir
    private Path folder = Path.of("");

    private String model = "";

    @BeforeEach
    void writeModel() {
        model = TinyModelFile.withTokenizer(TinyModelFile.metadata("llama"))
                .write(folder.resolve("tiny.gguf"))
                .toString();
    }

    @Test
    void arrayOfIdsForEachLineInOrder() {
        CommandRun run = CommandRun.withInput(
                "\"hey\"\n\"h\\u00e9\"\r\n  \"\"  \n\"<s>he\"", "tokenize", "-m", model, "--jsonl");
        assertEquals("", run.err());
        assertEquals(List.of("[258, 257]", "[258, 104, 195, 169]", "[258]", "[258, 258, 256]"), run.lines());
        assertEquals("[258, 257]\n", run.out().substring(0, 11));
    }

    @Test
    void specialTokensAroundTheTextCanBeLeftOut() {
        CommandRun run = CommandRun.withInput("\"hey\"\n\"<s>\"\n", "tokenize", "-t", model, "--jsonl", "--no-special");
        assertEquals("[257]\n[258]\n", run.out());
    }

    @Test
    void detokenizeTakesEverythingBack() {
        StringBuilder lines = new StringBuilder();
        TEXTS.forEach(text -> lines.append(JsonText.quote(text)).append('\n'));
        CommandRun there = CommandRun.withInput(lines.toString(), "tokenize", "--jsonl", "--no-special", "-m", model);
        CommandRun back = CommandRun.withInput(there.out(), "detokenize", "--jsonl", "-m", model);
        assertEquals(lines.toString(), back.out());
        assertEquals(
                "\"\"\n\"hey\"\n",
                CommandRun.withInput("[258]\n[258, 257, 259]\n", "detokenize", "-m", model, "--skip-special")
                        .out());
        assertEquals(
                "\"<s>\"\n\"<s>hey</s>\"\n",
                CommandRun.withInput("[258]\n[258, 257, 259]\n", "detokenize", "-m", model)
                        .out());
        assertEquals(
                "hey<s>h\n",
                CommandRun.of("detokenize", "-m", model, "257", "258", "104").out());
    }

    @Test
    void bytesThatAreNoCharacterBecomeReplacements() {
        assertEquals(
                "\"\uFFFDa\"\n",
                CommandRun.withInput("[195, 97]", "detokenize", "-m", model).out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokenize | \"a\"; [1]; \"b\" | line 2: expected a JSON string, got an array",
                "tokenize | \"a\"; ; \"b\" | line 2: there is no JSON value",
                "tokenize | \"a\"; \"\\ud800\" | line 2: ",
                "tokenize | \"a\"; \"b | line 2: no JSON: ",
                "tokenize | \"a\"; \"b\" \"c\" | line 2: there is more after the JSON value",
                "detokenize | [97]; [260] | line 2: token id 260 is outside the vocabulary of 260 tokens",
                "detokenize | [97]; [-1] | line 2: token id -1 is outside the vocabulary of 260 tokens",
                "detokenize | [97]; \"a\" | line 2: expected a JSON array of token ids, got a string",
                "detokenize | [97]; [1.0] | line 2: element 0 is no token id, but the number 1.0",
            })
    void badLineIsNamedAfterTheResultsOfTheLinesBefore(String command, String lines, String message) {
        CommandRun run = CommandRun.withInput(lines.replaceAll("; ?", "\n"), command, "--jsonl", "-m", model);
        assertEquals(1, run.exitCode());
        assertEquals(command.equals("tokenize") ? "[258, 97]\n" : "\"a\"\n", run.out());
        assertTrue(run.err().startsWith("javelin: " + message), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void wrongUtf8IsNamedByLine() {
        byte[] bytes = "\"a\"\n\"\u00FF\"\n".getBytes(StandardCharsets.ISO_8859_1);
        CommandRun run = CommandRun.withInput(new ByteArrayInputStream(bytes), "tokenize", "--jsonl", "-m", model);
        assertEquals("javelin: line 2: byte 1 is not UTF-8: 0xff\n", run.err());
    }

    @Test
    void textsAreShownPieceByPiece() {
        CommandRun run = CommandRun.of("tokenize", "-m", model, "hey é", "@h");
        assertEquals("""
                     258  "<s>"  special
                     257  "hey"
                      32  " "
                     195  bytes c3
                     169  bytes a9
                5 tokens
                     258  "<s>"  special
                      64  "@"
                     104  "h"
                3 tokens
                """, run.out());
        assertEquals(
                """
                     257  "hey"
                      10  "\\n"
                2 tokens
                """,
                CommandRun.withInput("hey\n", "tokenize", "--no-special", "-m", model)
                        .out());
        assertEquals(
                "0 tokens\n",
                CommandRun.of("tokenize", "--no-special", "-m", model).out());
    }

    @Test
    void tokenizerIsTakenFromFileAndDirectory() throws IOException {
        String json = """
                {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
                 "decoder": {"type": "ByteLevel"},
                 "added_tokens": [{"id": 3, "content": "<x>", "special": true, "single_word": false,
                                   "lstrip": false, "rstrip": false, "normalized": false}]}
                """;
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
        Path other = Files.writeString(folder.resolve("other.json"), json);
        for (Path path : List.of(file, other, folder)) {
            CommandRun run =
                    CommandRun.withInput("\"abb<x>a\"\n", "tokenize", "--jsonl", "--tokenizer", path.toString());
            assertEquals(new CommandRun(0, "[2, 1, 3, 0]\n", "", List.of()), run);
        }
    }

    @Test
    void answersBeforeItAsksForMore() throws Exception {
        PipedOutputStream toCommand = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(toCommand, 1 << 16);
        PipedOutputStream out = new PipedOutputStream();
        BufferedReader answers =
                new BufferedReader(new InputStreamReader(new PipedInputStream(out, 1 << 16), StandardCharsets.UTF_8));
        AtomicReference<CommandRun> run = new AtomicReference<>();
        Thread command = Thread.ofPlatform().start(() -> {
            run.set(CommandRun.onto(in, out, "tokenize", "--jsonl", "-m", model));
        });
        for (int i = 0; i < 20; i++) {
            toCommand.write("\"hey\"\n\"h\"\n".getBytes(StandardCharsets.UTF_8));
            toCommand.flush();
            assertEquals("[258, 257]", answers.readLine());
            assertEquals("[258, 104]", answers.readLine());
        }
        toCommand.close();
        command.join();
        assertEquals(new CommandRun(0, "", "", List.of()), run.get());
    }

    @Test
    void hundredThousandLinesAreAnsweredWhileTheyCome() {
        int lineCount = 100_000;
        CountingLines in = new CountingLines(lineCount, i -> "\"hey " + i + "\"\n");
        LaggingLines out = new LaggingLines(in, i -> Arrays.toString(withBos("hey " + i)) + "\n");
        CommandRun run = CommandRun.onto(in, out, "tokenize", "--jsonl", "-m", model);
        assertEquals(new CommandRun(0, "", "", List.of()), run);
        assertEquals(lineCount, out.lineCount());
        // one buffer of each side: 64 KiB of lines of at least 9 bytes in, and of 25 bytes out
        assertTrue(out.largestLagLines() < 12_000, "lag of " + out.largestLagLines() + " lines");
    }

    private static int[] withBos(String heyText) {
        List<Integer> ids = new ArrayList<>(List.of(TinyModelFile.BOS, TinyModelFile.HEY));
        IntStream.of(TinyModelFile.bytesOf(heyText.substring("hey".length()))).forEach(ids::add);
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
