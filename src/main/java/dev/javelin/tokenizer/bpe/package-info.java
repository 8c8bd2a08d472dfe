/**
 * Byte-pair encoding inside one piece of text. Entry: {@link dev.javelin.tokenizer.bpe.BpeModel}.
 *
 * <p>A piece becomes symbols (by {@link dev.javelin.tokenizer.bpe.SymbolAlphabet}: bytes or characters), then the pair
 * with the lowest rank is merged, leftmost first, until none is left. Short pieces are merged by scanning, long ones by
 * a heap: n symbols cost O(n log n), so that a megabyte of one character is no attack. Pieces seen before come from a
 * bounded cache.
 *
 * <p>Symbols are token ids; ids from the vocabulary's size up are <em>phantoms</em>: texts that merges pass through,
 * but that are no tokens (GGUF files have such). A phantom that survives is spelled with the tokens of its bytes.
 */
@NullMarked
package dev.javelin.tokenizer.bpe;

import org.jspecify.annotations.NullMarked;
