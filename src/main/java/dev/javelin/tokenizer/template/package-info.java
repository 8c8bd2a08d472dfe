/**
 * Chat templates: our own Jinja interpreter with Python's value semantics.
 *
 * <p>Entry class: {@link dev.javelin.tokenizer.template.ChatTemplate}.
 */
@NullMarked
package dev.javelin.tokenizer.template;

import org.jspecify.annotations.NullMarked;
