package dev.javelin.tokenizer;

import java.util.List;

/**
 * Texts of tokens that end an answer wherever a vocabulary has them as special tokens: files often name only one of
 * several. Stateless. The list is what model families use (ChatML, Llama 3, Phi, Gemma, DeepSeek, Granite, Mistral).
 */
public final class EndTexts {
    /** The texts. */
    public static final List<String> ALL = List.of(
            "<|im_end|>",
            "<|endoftext|>",
            "<|end_of_text|>",
            "<|eot_id|>",
            "<|eom_id|>",
            "<|end|>",
            "<|return|>",
            "<|call|>",
            "<end_of_turn>",
            "<end_of_utterance>",
            "<EOT>",
            "_<EOT>",
            "[EOT]",
            "[EOS]",
            "<eos>",
            "</s>",
            "<|END_OF_TURN_TOKEN|>",
            "<\uFF5Cend\u2581of\u2581sentence\uFF5C>");

    private EndTexts() {}
}
