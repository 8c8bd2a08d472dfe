package dev.javelin.cli;

import dev.javelin.error.JavelinException;
import java.io.IOException;

/** Standard input to standard output, line by line, in constant memory. Stateless. */
final class JsonLines {
    private static final int KEPT_CHARS = 1 << 20;

    private JsonLines() {}

    /** What becomes of a line. */
    @FunctionalInterface
    interface LineFunction {
        /**
         * Appends the result, without a line feed.
         *
         * @throws JavelinException ends the run
         */
        void apply(LineReader line, StringBuilder result);
    }

    /**
     * Runs to the end of input, or to the first line that fails.
     *
     * @throws JavelinException naming the line's number; the results of all lines before it are written
     */
    static void run(CommandContext context, LineFunction function) throws IOException {
        ResultStream out = context.out();
        LineReader lines = new LineReader(context.in(), LineReader.MAX_LINE_BYTES, out::flush);
        StringBuilder result = new StringBuilder();
        while (lines.advance()) {
            try {
                function.apply(lines, result);
            } catch (JavelinException e) {
                out.flush();
                throw new JavelinException(e.code(), "line " + lines.lineNumber() + ": " + e.reason(), e);
            }
            out.print(result.append('\n'));
            result = emptied(result);
        }
        out.flush();
    }

    /** One long line must not cost its memory for ever. */
    private static StringBuilder emptied(StringBuilder result) {
        if (result.capacity() > KEPT_CHARS) {
            return new StringBuilder();
        }
        result.setLength(0);
        return result;
    }
}
