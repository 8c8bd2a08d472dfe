/**
 * Tokenizers out of Hugging Face's {@code tokenizer.json}. Entry:
 * {@link dev.javelin.tokenizer.huggingface.TokenizerJson}.
 *
 * <p>One reader for each section of the file: added tokens, normalizer, pre-tokenizer, model, post-processor, decoder.
 * Each knows a list of component types and refuses any other by name and place: a component left out would change ids
 * silently.
 */
@NullMarked
package dev.javelin.tokenizer.huggingface;

import org.jspecify.annotations.NullMarked;
