/**
 * The HTTP edge, in no dialect: reading JSON bodies, naming what is wrong in them, server-sent events, request ids and
 * health. Dialects are subpackages, {@link dev.javelin.api.openai} the first.
 *
 * <pre>
 * bytes -&gt; BodyReader (limit, content type) -&gt; JsonBody (UTF-8, syntax, depth) -&gt; JsonFields (types, ranges, paths)
 *       -&gt; a dialect's reader -&gt; GenerationRequest -&gt; GenerationService -&gt; events -&gt; wire records -&gt; WireWriter
 * </pre>
 *
 * <p>Threads: {@code reactor-http-*} threads read requests and write bytes, and never block or compute for long (large
 * bodies are parsed elsewhere); wire records are made on the thread that delivers the event.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Requests are read field by field from a JSON tree, not bound to records: each error then names the path, the
 *       value and what was expected, a null means absent everywhere, and a field that nobody knows is noticed.
 *   <li>Each endpoint has a {@link dev.javelin.api.FieldPolicy}: fields applied, fields accepted without effect, fields
 *       refused by name. Others are accepted and named in the header {@code x-javelin-ignored}.
 *   <li>Frames of a stream are written as bytes of our own, so that they are exactly {@code data: {...}} and a blank
 *       line.
 *   <li>Routes are functions over plain objects, wired by {@code config}; nothing here is scanned for.
 * </ul>
 */
@NullMarked
package dev.javelin.api;

import org.jspecify.annotations.NullMarked;
