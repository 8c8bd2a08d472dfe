package dev.javelin.output;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.Prompt;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.IncrementalDecoder;
import dev.javelin.tokenizer.LeadingSpace;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** A tiny model's text: token i below 256 is byte i, then two special tokens and a few words. */
public final class ByteText implements Tokenizer {
    /** Begins a text; special. */
    public static final int BOS = 256;

    /** Ends an answer; special. */
    public static final int EOS = 257;

    /** Tokens of several bytes. */
    public static final List<String> WORDS = List.of(" the", "STOP", "é", "end", "ab", "\uD83D\uDE00");

    /** Count of ids. */
    public static final int VOCABULARY_TOKENS = 258 + WORDS.size();

    private static final Vocabulary VOCABULARY = vocabularyOfBytes();

    private static Vocabulary vocabularyOfBytes() {
        String[] texts = new String[VOCABULARY_TOKENS];
        TokenType[] types = new TokenType[VOCABULARY_TOKENS];
        for (int id = 0; id < texts.length; id++) {
            texts[id] = switch (id) {
                case BOS -> "<bos>";
                case EOS -> "<eos>";
                default -> id < BOS ? Character.toString(id) : WORDS.get(id - 258);
            };
            types[id] = id == BOS || id == EOS ? TokenType.CONTROL : id < BOS ? TokenType.BYTE : TokenType.NORMAL;
        }
        return new Vocabulary(
                texts,
                types,
                (text, type) -> type == TokenType.BYTE
                        ? new byte[] {(byte) text.charAt(0)}
                        : text.getBytes(StandardCharsets.UTF_8));
    }

    /** The model around the text. */
    public static TextModel model(int contextTokens) {
        ByteText text = new ByteText();
        return new TextModel(text, text::encodePrompt, VOCABULARY_TOKENS, contextTokens, Set.of(EOS));
    }

    /** The ids of a text, a byte each. */
    public static int[] ids(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xFF).toArray();
    }

    /** The ids of a text and the ending token. */
    public static int[] withEos(String text) {
        int[] ids = Arrays.copyOf(ids(text), ids(text).length + 1);
        ids[ids.length - 1] = EOS;
        return ids;
    }

    @Override
    public int[] encode(CharSequence text, EncodeOptions options) {
        return options.addSpecial() ? withBos(ids(text.toString())) : ids(text.toString());
    }

    @Override
    public IncrementalDecoder decoder(DecodeOptions options) {
        return new IncrementalDecoder(VOCABULARY, LeadingSpace.KEEP, options);
    }

    @Override
    public Vocabulary vocabulary() {
        return VOCABULARY;
    }

    @Override
    public SpecialTokens specialTokens() {
        return new SpecialTokens(
                OptionalInt.of(BOS), OptionalInt.of(EOS), OptionalInt.empty(), OptionalInt.empty(), Set.of(EOS));
    }

    @Override
    public int maxTextChars() {
        return 1 << 20;
    }

    int[] encodePrompt(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text text -> encode(text.text(), text.addSpecialTokens());
            case Prompt.Tokens tokens -> tokens.tokenIds();
            case Prompt.Chat chat -> withBos(ids(render(chat)));
        };
    }

    private static String render(Prompt.Chat chat) {
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> message : chat.messages()) {
            if ("tool".equals(message.get("role")) && !message.containsKey("tool_call_id")) {
                throw new JavelinException(ErrorCode.TEMPLATE_FAILED, "a tool message needs a tool_call_id");
            }
            text.append('<').append(message.get("role")).append('>').append(message.get("content"));
        }
        chat.templateArguments()
                .forEach((name, value) ->
                        text.append('{').append(name).append('=').append(value).append('}'));
        return text.append(chat.addGenerationPrompt() ? "<assistant>" : "").toString();
    }

    private static int[] withBos(int[] ids) {
        int[] all = new int[ids.length + 1];
        all[0] = BOS;
        System.arraycopy(ids, 0, all, 1, ids.length);
        return all;
    }
}
