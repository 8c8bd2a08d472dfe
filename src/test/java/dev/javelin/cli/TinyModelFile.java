package dev.javelin.cli;

import dev.javelin.model.WeightFormat;
import dev.javelin.model.checkpoint.GgufWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A GGUF file small enough to read whole: one llama layer, and a byte-level tokenizer with two merges. Stateless. */
public final class TinyModelFile {
    static final String TEMPLATE =
            "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}"
                    + "{% if tools is none %}{% if add_generation_prompt %}[assistant]{% endif %}{% endif %}";
    static final int BYTES = 256;
    /** {@code he}, then {@code hey}. */
    static final int HE = BYTES;

    static final int HEY = BYTES + 1;
    static final int BOS = BYTES + 2;
    static final int EOS = BYTES + 3;

    private static final int HIDDEN = 32;

    private TinyModelFile() {}

    /** Everything, runnable. */
    public static GgufWriter runnable() {
        GgufWriter file = withTokenizer(metadata("llama"));
        int vocabulary = EOS + 1;
        file.matrix("token_embd.weight", WeightFormat.Q8_0, vocabulary, HIDDEN, new float[vocabulary * HIDDEN]);
        file.vector("output_norm.weight", new float[HIDDEN]);
        for (String norm : List.of("attn_norm", "ffn_norm")) {
            file.vector("blk.0." + norm + ".weight", new float[HIDDEN]);
        }
        for (String square : List.of("attn_q", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
            file.matrix("blk.0." + square + ".weight", WeightFormat.Q4_0, HIDDEN, HIDDEN, new float[HIDDEN * HIDDEN]);
        }
        for (String narrow : List.of("attn_k", "attn_v")) {
            file.matrix(
                    "blk.0." + narrow + ".weight",
                    WeightFormat.F16,
                    HIDDEN / 2,
                    HIDDEN,
                    new float[HIDDEN * HIDDEN / 2]);
        }
        return file;
    }

    /** The sizes alone. */
    static GgufWriter metadata(String architecture) {
        return new GgufWriter()
                .metadata("general.architecture", architecture)
                .metadata("general.name", "Tiny")
                .metadata(architecture + ".block_count", 1)
                .metadata(architecture + ".context_length", 128)
                .metadata(architecture + ".embedding_length", HIDDEN)
                .metadata(architecture + ".feed_forward_length", HIDDEN)
                .metadata(architecture + ".attention.head_count", 4)
                .metadata(architecture + ".attention.head_count_kv", 2)
                .metadata(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f);
    }

    /** Adds the tokenizer, which begins every text with {@code <s>}, and a chat template. */
    static GgufWriter withTokenizer(GgufWriter file) {
        List<String> tokens = new ArrayList<>(
                IntStream.range(0, BYTES).mapToObj(TinyModelFile::letterOfByte).toList());
        tokens.addAll(List.of("he", "hey", "<s>", "</s>"));
        List<Integer> types =
                new ArrayList<>(IntStream.range(0, BOS).mapToObj(_ -> 1).toList());
        types.addAll(List.of(3, 3));
        return file.metadata("tokenizer.ggml.model", "gpt2")
                .metadata("tokenizer.ggml.pre", "gpt-2")
                .metadata("tokenizer.ggml.tokens", tokens)
                .metadata("tokenizer.ggml.token_type", types)
                .metadata("tokenizer.ggml.merges", List.of("h e", "he y"))
                .metadata("tokenizer.ggml.bos_token_id", BOS)
                .metadata("tokenizer.ggml.eos_token_id", EOS)
                .metadata("tokenizer.ggml.add_bos_token", true)
                .metadata("tokenizer.chat_template", TEMPLATE);
    }

    /** The ids of a text without merges: its bytes. */
    static int[] bytesOf(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, utf8.length).map(i -> utf8[i] & 0xFF).toArray();
    }

    /** GPT-2's alphabet: printable bytes are themselves, the others follow U+0100 in order. */
    private static String letterOfByte(int value) {
        return isPrintable(value)
                ? Character.toString(value)
                : Character.toString(256
                        + (int) IntStream.range(0, value)
                                .filter(other -> !isPrintable(other))
                                .count());
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || (value >= 0xAE && value <= 0xFF);
    }
}
