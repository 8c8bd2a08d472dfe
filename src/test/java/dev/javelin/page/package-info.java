/**
 * The chat page in a real browser: {@link dev.javelin.page.ChatPageBrowserTest} serves the page's files beside a
 * scripted API ({@link dev.javelin.page.FakeChatApi}, answers in {@link dev.javelin.page.ChatScript}) and lets Node
 * drive headless Chromium over it. The checks themselves are in {@code src/test/browser}, where the browser's language
 * is.
 *
 * <p>Decisions: the message's text picks the answer, so that checks share no state; a gated answer sends a token only
 * when a check asks for it, so "token by token" is proved without a clock.
 */
@NullMarked
package dev.javelin.page;

import org.jspecify.annotations.NullMarked;
