/**
 * The steps between text and ids, put together. Entry: {@link dev.javelin.tokenizer.pipeline.PipelineTokenizer}.
 *
 * <p>The order is the one that Hugging Face's tokenizers define, so that a {@code tokenizer.json} and a GGUF file both
 * become this one composition; a Unigram or WordPiece model is one more
 * {@link dev.javelin.tokenizer.pipeline.PieceModel}.
 */
@NullMarked
package dev.javelin.tokenizer.pipeline;

import org.jspecify.annotations.NullMarked;
