package dev.javelin.bench;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown, its columns padded so that it reads in a terminal as well. Confined to one thread. */
public final class MarkdownTable {
    private final List<List<String>> rows = new ArrayList<>();
    private final int columnCount;

    /** A table with nothing but its head. */
    public MarkdownTable(List<String> head) {
        columnCount = head.size();
        rows.add(List.copyOf(head));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException unless there is one cell a column
     */
    public void add(String... cells) {
        if (cells.length != columnCount) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columnCount + " columns");
        }
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        int[] widths = new int[columnCount];
        for (List<String> row : rows) {
            for (int column = 0; column < columnCount; column++) {
                widths[column] =
                        Math.max(widths[column], Math.max(3, row.get(column).length()));
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            append(out, rows.get(i), widths);
            if (i == 0) {
                for (int width : widths) {
                    out.append("|-").append("-".repeat(width)).append('-');
                }
                out.append("|\n");
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, List<String> row, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            out.append("| ")
                    .append(cell)
                    .repeat(' ', widths[column] - cell.length())
                    .append(' ');
        }
        out.append("|\n");
    }
}
