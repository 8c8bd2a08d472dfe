package dev.javelin.tokenizer.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.Resources;
import dev.javelin.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TokenizerJsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "model; {\"type\":\"Unigram\",\"vocab\":[]}; MODEL_UNSUPPORTED; Unigram",
                "model; {\"type\":\"WordPiece\",\"vocab\":{}}; MODEL_UNSUPPORTED; WordPiece",
                "model; {\"type\":\"WordLevel\",\"vocab\":{}}; MODEL_UNSUPPORTED; WordLevel",
                "model; null; MODEL_UNSUPPORTED; model",
                "model; {\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[],\"end_of_word_suffix\":\"</w>\"}; "
                        + "MODEL_UNSUPPORTED; end_of_word_suffix",
                "model; {\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[],\"dropout\":0.1}; MODEL_UNSUPPORTED; dropout",
                "model; {\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}; MODEL_CORRUPT; model.merges[0]",
                "model; {\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}; MODEL_CORRUPT; the id -1",
                "model; {\"type\":\"BPE\",\"vocab\":{\"a\":99999999},\"merges\":[]}; MODEL_CORRUPT; the id 99999999",
                "model; {\"type\":\"BPE\",\"vocab\":[],\"merges\":[]}; MODEL_CORRUPT; vocab must be an object",
                "model; {\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[],\"unk_token\":\"?\"}; MODEL_CORRUPT; unk_token",
                "normalizer; {\"type\":\"BertNormalizer\"}; MODEL_UNSUPPORTED; normalizer: type \"BertNormalizer\"",
                "normalizer; {\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Nmt\"}]}; MODEL_UNSUPPORTED; "
                        + "normalizer.normalizers[0]: type \"Nmt\"",
                "normalizer; {\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a+\"},\"content\":\"\"}; MODEL_UNSUPPORTED; "
                        + "normalizer.pattern",
                "normalizer; {}; MODEL_CORRUPT; normalizer.type must be a string",
                "pre_tokenizer; {\"type\":\"UnicodeScripts\"}; MODEL_UNSUPPORTED; UnicodeScripts",
                "pre_tokenizer; {\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},\"behavior\":\"Isolated\"}; "
                        + "MODEL_UNSUPPORTED; regular expression",
                "pre_tokenizer; {\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"Odd\"}; "
                        + "MODEL_UNSUPPORTED; Odd",
                "post_processor; {\"type\":\"Strange\"}; MODEL_UNSUPPORTED; post_processor: type \"Strange\"",
                "post_processor; {\"type\":\"BertProcessing\",\"sep\":[\"x\",999999],\"cls\":[\"y\",1]}; MODEL_CORRUPT; 999999",
                "decoder; {\"type\":\"WordPiece\"}; MODEL_UNSUPPORTED; decoder: type \"WordPiece\"",
                "decoder; null; MODEL_UNSUPPORTED; decoder",
                "added_tokens; [{\"id\":-4,\"content\":\"x\"}]; MODEL_CORRUPT; added_tokens[0].id",
                "added_tokens; [{\"id\":4}]; MODEL_CORRUPT; added_tokens[0].content",
            })
    void whatIsNotSupportedIsNamed(String section, String json, ErrorCode code, String part) {
        ObjectNode tokenizer = (ObjectNode) Resources.json("tiny-byte-level.json");
        tokenizer.set(section, JsonMapper.shared().readTree(json));
        JavelinException error = assertThrows(JavelinException.class, () -> TokenizerJson.of(tokenizer));
        assertEquals(code, error.code(), error.reason());
        assertTrue(error.reason().contains(part), error.reason());
    }

    @Test
    void rolesComeFromTheFilesBeside(@TempDir Path folder) throws IOException {
        Files.copy(Resources.path("tiny-byte-level.json"), folder.resolve("tokenizer.json"));
        assertEquals(Set.of(1), TokenizerJson.readDirectory(folder).endOfGenerationIds());
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"bos_token\":{\"content\":\"<|begin|>\"},\"eos_token\":\"<|turn|>\",\"pad_token\":null}");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\":[7,1,999999]}");
        Tokenizer tokenizer = TokenizerJson.readDirectory(folder);
        int turn = tokenizer.tokenId("<|turn|>").orElseThrow();
        assertEquals(0, tokenizer.bosId().orElseThrow());
        assertEquals(turn, tokenizer.eosId().orElseThrow());
        assertEquals(Set.of(1, 7, turn), tokenizer.endOfGenerationIds());
    }

    @Test
    void aFileThatIsNoneIsNamed(@TempDir Path folder) throws IOException {
        assertEquals(
                ErrorCode.MODEL_UNAVAILABLE,
                assertThrows(JavelinException.class, () -> TokenizerJson.readDirectory(folder))
                        .code());
        Path file = folder.resolve("tokenizer.json");
        for (String content : new String[] {"", "{", "[".repeat(1000), "[]", "7", "{\"model\":7}"}) {
            Files.writeString(file, content);
            JavelinException error = assertThrows(JavelinException.class, () -> TokenizerJson.readFile(file), content);
            assertTrue(
                    error.code() == ErrorCode.MODEL_CORRUPT || error.code() == ErrorCode.MODEL_UNSUPPORTED,
                    error.reason());
        }
    }
}
