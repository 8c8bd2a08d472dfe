/**
 * OpenAI's dialect, with vLLM's extensions. Entry: {@link dev.javelin.api.openai.OpenAiRoutes}.
 *
 * <p>A request becomes {@link dev.javelin.generation.GenerationRequest}s in {@code ChatRequests} or
 * {@code CompletionRequests}; the events become wire records in {@code ChatStream} and {@code ChatAnswer}, or
 * {@code CompletionStream} and {@code CompletionAnswer}, one stateful object a request. Every failure of the server,
 * whatever the path, has OpenAI's error body ({@link dev.javelin.api.openai.OpenAiErrorHandler}).
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>{@code tools} are refused unless {@code tool_choice} is {@code none}: a server that cannot read calls out of an
 *       answer must not pretend to.
 *   <li>{@code max_tokens} of {@code /v1/completions} is 16 where left out, as OpenAI says; a chat may fill the
 *       context.
 *   <li>The first chunk of a choice, with the role, goes out with its first token: clients measure the time to the
 *       first token by it.
 *   <li>An ending token counts as a completion token and has log-probabilities, but no text, as in vLLM.
 *   <li>Offsets in {@code text_offset} count Unicode code points, as Python clients do.
 * </ul>
 */
@NullMarked
package dev.javelin.api.openai;

import org.jspecify.annotations.NullMarked;
