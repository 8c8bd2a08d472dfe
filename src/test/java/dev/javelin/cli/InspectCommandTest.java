package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.model.architecture.GoldenModel;
import dev.javelin.model.checkpoint.GgmlType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private static JsonNode json(Path file, String... options) {
        String[] args = new String[3 + options.length];
        args[0] = "inspect";
        args[1] = "--json";
        args[2] = file.toString();
        System.arraycopy(options, 0, args, 3, options.length);
        CommandRun run = CommandRun.of(args);
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        return JsonMapper.shared().readTree(run.out());
    }

    private static List<String> unsupported(JsonNode json) {
        return json.get("unsupported").valueStream().map(JsonNode::stringValue).toList();
    }

    @Test
    void runnableModelIsShownWhole() {
        Path file = TinyModelFile.runnable().write(folder.resolve("tiny.gguf"));
        CommandRun run = CommandRun.of("inspect", file.toString());
        assertEquals(new CommandRun(0, run.out(), "", List.of()), run);
        assertEquals(
                """
                Tiny
                  file              FILE, GGUF 3, SIZE
                  architecture      llama
                  parameters        14.6 k, 7.78 bits each
                  layers            1
                    1 with          attention  4 heads of 8, 2 for keys and values
                                    rotary     8 dims, interleaved, theta 10000
                                    mlp        32, gated, silu
                                    norm       rms, epsilon 1.0E-5
                  hidden size       32
                  context           128 tokens
                  tokenizer         byte-level BPE (gpt2, gpt-2)
                  vocabulary        260 tokens
                  chat template     TEMPLATE characters

                  type       tensors   parameters        bytes
                  F32              3           96        384 B
                  F16              2       1.02 k      2.05 kB
                  Q4_0             5       5.12 k      2.88 kB
                  Q8_0             1       8.32 k      8.84 kB
                  all             11       14.6 k      14.2 kB

                Memory
                  weights           14.2 kB
                  KV, one token     128 B (F32)
                  KV, full context  16.4 kB
                  together          30.5 kB

                This build can run it.
                """.replace("FILE", file.toString())
                        .replace("SIZE", Units.bytes(file.toFile().length()))
                        .replace("TEMPLATE", String.valueOf(TinyModelFile.TEMPLATE.length())),
                run.out());
    }

    @Test
    void jsonSaysTheSameInExactNumbers() {
        Path file = TinyModelFile.runnable().write(folder.resolve("tiny.gguf"));
        JsonNode json = json(file);
        assertEquals(file.toFile().length(), json.get("file_bytes").longValue());
        assertEquals("llama", json.get("architecture").stringValue());
        assertEquals(96 + 1024 + 5120 + 8320, json.get("parameters").longValue());
        assertEquals(384 + 2048 + 2880 + 8840, json.get("tensor_bytes").longValue());
        assertEquals(
                "{\"weight_bytes\":14152,\"kv_format\":\"F32\",\"kv_bytes_per_token\":128,"
                        + "\"kv_bytes_full_context\":16384,\"total_bytes\":30536}",
                json.get("memory").toString());
        assertEquals(
                "{\"type\":\"Q4_0\",\"tensors\":5,\"parameters\":5120,\"bytes\":2880,\"supported\":true}",
                json.get("tensor_types").get(2).toString());
        assertEquals(2, json.get("layer_kinds").get(0).get("kv_heads").intValue());
        assertEquals(
                TinyModelFile.TEMPLATE,
                json.get("tokenizer").get("chat_template").stringValue());
        assertTrue(json.get("runnable").booleanValue());
        assertEquals(List.of(), unsupported(json));
        assertFalse(json.has("tensors"));
    }

    @Test
    void everyTensorIsListedOnRequest() {
        Path file = TinyModelFile.runnable().write(folder.resolve("tiny.gguf"));
        JsonNode tensors = json(file, "--tensors").get("tensors");
        assertEquals(11, tensors.size());
        assertEquals(
                "{\"name\":\"token_embd.weight\",\"type\":\"Q8_0\",\"bytes\":8840,\"shape\":[260,32]}",
                tensors.get(0).toString());
        assertTrue(CommandRun.of("inspect", "--tensors", file.toString())
                .lines()
                .contains("F16             1.02 kB  [16, 32]             blk.0.attn_k.weight"));
    }

    @Test
    void everyGoldenModelLacksATokenizerOnly() {
        for (String name : GoldenModel.NAMES) {
            JsonNode json = json(GoldenModel.unpack(name, folder));
            assertEquals(List.of("the file has no tokenizer (tokenizer.ggml.model)"), unsupported(json), name);
            assertTrue(json.get("tokenizer").isNull());
            assertEquals(128, json.get("context_tokens").intValue(), name);
            int layers = json.get("layers").intValue();
            JsonNode kind = json.get("layer_kinds").get(0);
            assertEquals(layers, kind.get("layers").intValue(), name);
            assertEquals(
                    2L
                            * 4
                            * layers
                            * kind.get("kv_heads").intValue()
                            * kind.get("head_dim").intValue(),
                    json.get("memory").get("kv_bytes_per_token").longValue(),
                    name);
        }
    }

    @Test
    void windowKeepsTheCacheOfALongSequenceSmall() {
        Path file = TinyModelFile.runnable()
                .metadata("llama.attention.sliding_window", 16)
                .write(folder.resolve("window.gguf"));
        JsonNode json = json(file);
        assertEquals(16 * 128, json.get("memory").get("kv_bytes_full_context").intValue());
        assertEquals(16, json.get("layer_kinds").get(0).get("window_tokens").intValue());
    }

    @Test
    void whatCannotBeRunIsShownAsFarAsItCanBeRead() {
        Path file = TinyModelFile.metadata("gemma9")
                .metadata("general.name", "Hostile\u001b[31m")
                .metadata("tokenizer.ggml.model", "t5")
                .metadata("tokenizer.ggml.tokens", List.of("a", "b"))
                .metadata("tokenizer.chat_template", "{% if")
                .rawTensor("token_embd.weight", GgmlType.Q4_K.id(), new long[] {256, 2}, new byte[288])
                .rawTensor("other", GgmlType.Q4_K.id(), new long[] {256}, new byte[144])
                .write(folder.resolve("gemma.gguf"));
        JsonNode json = json(file);
        assertFalse(json.get("runnable").booleanValue());
        assertEquals("gemma9", json.get("architecture").stringValue());
        assertEquals(1, json.get("layers").intValue());
        assertEquals(128, json.get("context_tokens").intValue());
        assertTrue(json.get("layer_kinds").isNull());
        assertTrue(json.get("memory").isNull());
        assertEquals("Unigram", json.get("tokenizer").get("kind").stringValue());
        assertEquals(2, json.get("tokenizer").get("vocabulary_tokens").intValue());
        List<String> reasons = unsupported(json);
        assertEquals(4, reasons.size(), reasons.toString());
        assertTrue(reasons.get(0).contains("architecture gemma9 is not supported"), reasons.get(0));
        assertEquals("2 of 2 tensors have type Q4_K, which this build has no kernels for", reasons.get(1));
        assertTrue(reasons.get(2).contains("tokenizer.ggml.model \"t5\" is not supported"), reasons.get(2));
        assertTrue(reasons.get(3).contains("TemplateSyntaxError"), reasons.get(3));
        CommandRun run = CommandRun.of("inspect", file.toString());
        assertEquals("Hostile?[31m", run.lines().getFirst());
        assertTrue(run.out().contains("\nThis build cannot run it:\n  - "), run.out());
    }

    @Test
    void weightsThatDoNotFitAreNamedOnce() {
        Path missing = TinyModelFile.withTokenizer(TinyModelFile.metadata("llama"))
                .vector("output_norm.weight", new float[32])
                .write(folder.resolve("missing.gguf"));
        List<String> reasons = unsupported(json(missing));
        assertEquals(1, reasons.size(), reasons.toString());
        assertTrue(reasons.getFirst().contains("tensors of a llama model are missing"), reasons.getFirst());
        Path packed = TinyModelFile.runnable().metadata("general.name", 7).write(folder.resolve("oddly-named.gguf"));
        List<String> odd = unsupported(json(packed));
        assertEquals(1, odd.size(), odd.toString());
        assertTrue(odd.getFirst().contains("general.name is an integer"), odd.getFirst());
    }

    @Test
    void fileThatIsNoModelIsAFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("text.gguf"), "this is no model at all, but a text");
        CommandRun run = CommandRun.of("inspect", file.toString());
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("javelin: text.gguf: "), run.err());
        assertEquals(1, run.err().lines().count());
    }
}
