/**
 * Tokenizers out of a GGUF file's metadata. Entry: {@link dev.javelin.tokenizer.gguf.GgufTokenizer}.
 *
 * <p>{@link dev.javelin.tokenizer.gguf.TokenizerMetadata} is the one place that knows how the file's reader represents
 * values; {@link dev.javelin.tokenizer.gguf.TokenizerData} is what it says, checked.
 *
 * <p>Two kinds are known. {@code gpt2}: byte-level BPE with merges and a named cutting rule. {@code llama}:
 * SentencePiece, where a score for each token takes the place of merges ({@link dev.javelin.tokenizer.gguf.ScoreMerges}
 * turns one into the other).
 *
 * <p>Where llama.cpp and the model's own tokenizer differ, the model's own counts: Qwen's text is brought to NFC.
 */
@NullMarked
package dev.javelin.tokenizer.gguf;

import org.jspecify.annotations.NullMarked;
