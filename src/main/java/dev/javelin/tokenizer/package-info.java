/**
 * Text to token ids and back. Entry: {@link dev.javelin.tokenizer.Tokenizer}; made by
 * {@link dev.javelin.tokenizer.gguf.GgufTokenizer} from a GGUF file's metadata or by
 * {@link dev.javelin.tokenizer.huggingface.FolderTokenizer} from a Hugging Face folder. A model that has none gets
 * {@link dev.javelin.tokenizer.IdsOnlyTokenizer}, which refuses every text.
 *
 * <p>Threads: a tokenizer is immutable and shared by all {@code tokenize-*} and {@code output-*} threads; an
 * {@link dev.javelin.tokenizer.IncrementalDecoder} belongs to one request. Nothing here blocks.
 *
 * <pre>
 * text -> added tokens cut out -> normalizer -> normalized added tokens cut out
 *      -> pre-tokenizer (pieces) -> model (merges inside a piece) -> ids -> template (bos, eos)
 * ids  -> each token's bytes -> UTF-8 decoder that holds back half characters -> leading-space rule -> text
 * </pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Everything is pure Java: it is several times faster than the reference in Rust, and decoding is exact to the
 *       byte, which a token-to-text interface cannot give.
 *   <li>A token decodes to bytes, never to text: {@link dev.javelin.tokenizer.Vocabulary} holds every token's bytes, so
 *       that streaming and whole decoding are the same code and cannot differ.
 *   <li>Bytes that are no UTF-8 become U+FFFD as Python's {@code errors="replace"} does it: one for each maximal
 *       subpart (Unicode 3.9, table 3-8). Hugging Face's ByteFallback decoder instead replaces each byte of a run of
 *       byte tokens; the two differ only for ids that no text encodes to.
 *   <li>An added token decodes to its own text, also in a byte-level vocabulary.
 *   <li>Special tokens in a text are recognised only when asked, see
 *       {@link dev.javelin.tokenizer.EncodeOptions#parseSpecial()}: a user's message must not forge turns.
 *   <li>Refused by name with {@code MODEL_UNSUPPORTED}: Unigram and WordPiece models and every component that we do not
 *       know. A tokenizer that is nearly right makes a model stupid without telling why.
 * </ul>
 *
 * <p>Subpackages: {@code bpe} the merge algorithm, {@code pretokenizer} cutting text into pieces, {@code pipeline} the
 * composition, {@code gguf} and {@code huggingface} the sources.
 */
@NullMarked
package dev.javelin.tokenizer;

import org.jspecify.annotations.NullMarked;
