package dev.javelin.tokenizer.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.IdsOnlyTokenizer;
import dev.javelin.tokenizer.Resources;
import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text side of a model's folder. */
class FolderTokenizerTest {
    @TempDir
    private Path folder;

    @Test
    void endTokensComeFromTheGenerationConfigurationElseFromTheModels() throws IOException {
        tokenizerJson();
        write("config.json", "{\"eos_token_id\": 9}");
        assertThat(read().endOfGenerationIds()).contains(9);
        write("generation_config.json", "{\"eos_token_id\": [7, 8]}");
        assertThat(read().endOfGenerationIds()).contains(7, 8).doesNotContain(9);
    }

    @Test
    void tokensOfTheConfigurationAreFoundInTexts() throws IOException {
        tokenizerJson();
        int size = read().vocabularySize();
        assertThat(encode("<tool>").length).isGreaterThan(1);
        write(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\": {\"" + (size + 5) + "\": {\"content\": \"<tool>\", \"special\": true}, \""
                        + size
                        + "\": {\"content\": \"<second>\", \"lstrip\": true}, \"3\": {\"content\": \"<|turn|>\"}}}");
        Tokenizer tokenizer = read();
        // the next ids in the order of those declared, whatever these are: transformers' rule
        assertThat(tokenizer.tokenId("<second>")).hasValue(size);
        assertThat(tokenizer.tokenId("<tool>")).hasValue(size + 1);
        assertThat(tokenizer.vocabularySize()).isEqualTo(size + 2);
        assertThat(encode("<tool>")).containsExactly(size + 1);
        assertThat(encode(" <second>")).containsExactly(size);
        assertThat(tokenizer.isSpecial(size + 1)).isTrue();
        int turn = tokenizer.tokenId("<|turn|>").orElseThrow();
        assertThat(tokenizer.vocabulary().type(turn)).isEqualTo(TokenType.USER_DEFINED); // its flags are the later ones
    }

    @Test
    void tokensWithARoleAreFoundEvenIfOnlyTheVocabularyHasThem() throws IOException {
        tokenizerJson();
        Tokenizer plain = read();
        int id = plain.tokenId("he").orElseThrow();
        assertThat(plain.isSpecial(id)).isFalse();
        write("tokenizer_config.json", "{\"eos_token\": \"he\", \"pad_token\": \"no such token\"}");
        assertThat(read().isSpecial(id)).isTrue();
        assertThat(read().eosId()).hasValue(id);
        write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"he\", \"rstrip\": true}}");
        assertThat(encode("he ")).containsExactly(id);
        assertThat(read().vocabularySize()).isEqualTo(plain.vocabularySize());
    }

    @Test
    void damagedConfigurationsAreNamed() throws IOException {
        tokenizerJson();
        corrupt("[]", "tokenizer_config.json must hold an object");
        corrupt("{\"added_tokens_decoder\": {\"x\": {\"content\": \"a\"}}}", "added_tokens_decoder.x", "an id");
        corrupt("{\"added_tokens_decoder\": {\"1\": 2}}", "added_tokens_decoder.1 is 2");
        corrupt("{\"added_tokens_decoder\": {\"1\": {}}}", "added_tokens_decoder.1.content is missing");
        corrupt("{\"eos_token\": {\"content\": 4}}", "eos_token.content is 4");
    }

    @Test
    void withoutAnyTokenizerIdsAreAllThereIs() throws IOException {
        write("config.json", "{\"eos_token_id\": [3, 99]}");
        Tokenizer tokenizer = FolderTokenizer.read(folder, 50);
        assertThat(tokenizer).isInstanceOf(IdsOnlyTokenizer.class);
        assertThat(tokenizer.vocabularySize()).isEqualTo(50);
        assertThat(tokenizer.endOfGenerationIds()).containsExactly(3);
        assertThat(tokenizer.decode(new int[] {0, 49}, true)).isEmpty();
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> tokenizer.encode("", false))
                .withMessageContaining("token ids");
        write("tokenizer.model", "binary");
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> FolderTokenizer.read(folder, 50))
                .withMessageContainingAll("tokenizer.model", "tokenizer.json")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNSUPPORTED));
    }

    @Test
    void templatesAreFoundWhereverTheyMayBe() throws IOException {
        assertThat(FolderChatTemplate.read(folder)).isEmpty();
        write("tokenizer_config.json", "{}");
        assertThat(FolderChatTemplate.read(folder)).isEmpty();
        write("tokenizer_config.json", "{\"chat_template\": \"one\"}");
        assertThat(FolderChatTemplate.read(folder)).hasValue("one");
        write(
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
                        + " {\"name\": \"default\", \"template\": \"d\"}]}");
        assertThat(FolderChatTemplate.read(folder)).hasValue("d");
        write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"r\"}]}");
        assertThat(FolderChatTemplate.read(folder)).isEmpty();
        for (String wrong : new String[] {"3", "[3]", "[{\"name\": \"default\"}]"}) {
            write("tokenizer_config.json", "{\"chat_template\": " + wrong + "}");
            assertThatExceptionOfType(JavelinException.class)
                    .isThrownBy(() -> FolderChatTemplate.read(folder))
                    .withMessageContaining("tokenizer_config.json: chat_template");
        }
        write("chat_template.jinja", "file");
        assertThat(FolderChatTemplate.read(folder)).hasValue("file");
        Files.write(folder.resolve("chat_template.jinja"), new byte[] {(byte) 0xFF});
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> FolderChatTemplate.read(folder))
                .withMessageContaining("no UTF-8");
    }

    private void corrupt(String config, String... parts) throws IOException {
        write("tokenizer_config.json", config);
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(this::read)
                .withMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_CORRUPT));
    }

    private int[] encode(String text) {
        return read().encode(text, new EncodeOptions(false, true));
    }

    private Tokenizer read() {
        return FolderTokenizer.read(folder, 1000);
    }

    private void tokenizerJson() throws IOException {
        Files.copy(Resources.path("tiny-byte-level.json"), folder.resolve("tokenizer.json"));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
