/**
 * Tokenizers and chat templates out of a Hugging Face model's folder. Entries:
 * {@link dev.javelin.tokenizer.huggingface.FolderTokenizer}, which reads {@code tokenizer.json} through
 * {@link dev.javelin.tokenizer.huggingface.TokenizerJson}, and
 * {@link dev.javelin.tokenizer.huggingface.FolderChatTemplate}.
 *
 * <p>One reader for each section of the file: added tokens, normalizer, pre-tokenizer, model, post-processor, decoder.
 * Each knows a list of component types and refuses any other by name and place: a component left out would change ids
 * silently.
 */
@NullMarked
package dev.javelin.tokenizer.huggingface;

import org.jspecify.annotations.NullMarked;
