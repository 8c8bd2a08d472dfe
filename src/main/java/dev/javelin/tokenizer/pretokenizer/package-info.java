/**
 * Cutting text into pieces that merges never cross. Entry: {@link dev.javelin.tokenizer.pretokenizer.PreTokenizer}; the
 * rules that GGUF files name are in {@link dev.javelin.tokenizer.pretokenizer.NamedPreTokenizer}.
 *
 * <p>Most models state the rule as a regular expression in Oniguruma's dialect.
 * {@link dev.javelin.tokenizer.pretokenizer.RegexPattern} compiles it for the JDK's engine; the expressions that most
 * models share have a hand-written scanner, {@code WordScanner} and {@code Gpt2Scanner}, of which the regular
 * expression is the slow twin.
 */
@NullMarked
package dev.javelin.tokenizer.pretokenizer;

import org.jspecify.annotations.NullMarked;
