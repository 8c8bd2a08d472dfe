/**
 * The command line: {@code serve}, {@code inspect}, {@code tokenize}, {@code detokenize}, {@code render},
 * {@code bench}.
 *
 * <p>Entry class: {@link dev.javelin.cli.JavelinCommand}, which the process's {@code main} and the tests call alike
 * with arguments, streams and environment as values. A command is one class that reads its options and calls the public
 * faces of other packages; it holds no knowledge of its own.
 *
 * <pre>
 * main ── JavelinCommand.run ─┬─ serve ...       the arguments go to Spring, untouched
 *                             ├─ inspect         Inspector -> Inspection -> InspectionText | InspectionJson
 *                             ├─ bench engine    EngineBench -> EngineReport
 *                             ├─ bench load      LoadBench -> LoadReport
 *                             ├─ (de)tokenize ┐
 *                             └─ render       ┴─ LineReader -> PythonJson -> work -> JsonText -> ResultStream
 * </pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Results go to stdout, everything else to stderr</b>: logs (see {@code dev/javelin/logback.xml}), progress
 *       bars, errors, usage after a mistake. So output can be piped without looking at it.
 *   <li><b>UTF-8 whatever the platform says.</b> Streams are bytes until {@link dev.javelin.cli.LineReader} decodes
 *       them strictly; arguments that the JVM decoded as ASCII are read again
 *       ({@link dev.javelin.cli.CommandLineText}).
 *   <li><b>JSON lines in constant memory, one for one and in order.</b> Before the reader waits for more input, the
 *       results so far are flushed, so that a program can hold a conversation over two pipes.
 *   <li><b>JSON is read as Python reads it</b> ({@link dev.javelin.cli.PythonJson}), because chat templates tell
 *       {@code 1} from {@code 1.0} and print {@code 10**30} in full.
 *   <li><b>Exit codes</b>: 0 done, 1 failed, 2 wrong usage, 141 the reader of stdout went away (what a shell reports of
 *       a program that SIGPIPE ended).
 *   <li><b>Commands start no Spring context</b>; only {@code serve} does, through a function handed in.
 * </ul>
 *
 * <p>Threads: everything runs on the caller's thread and nothing is shared.
 */
@NullMarked
package dev.javelin.cli;

import org.jspecify.annotations.NullMarked;
