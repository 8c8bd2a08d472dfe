package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;

/** Python's {@code pprint.pformat} with its defaults: 80 columns, keys sorted. Stateless. */
final class PrettyPrint {
    private static final int WIDTH = 80;

    private PrettyPrint() {}

    static String format(Object value, Budget budget) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0, 0, budget);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, int indent, int allowance, Budget budget) {
        budget.enter();
        String flat = Repr.repr(sorted(value, budget));
        budget.steps(flat.length());
        if (Chars.length(flat) <= WIDTH - indent - allowance) {
            out.append(flat);
        } else {
            switch (value) {
                case PyDict dict when dict.itemCount() > 0 -> writeDict(dict, out, indent, allowance, budget);
                case PyList list
                when !list.items().isEmpty() -> writeItems("[", list.items(), "]", out, indent, allowance, budget);
                case PyTuple tuple
                when !tuple.items().isEmpty() ->
                    writeItems(
                            "(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", out, indent, allowance, budget);
                case String text when !text.isEmpty() -> writeText(text, out, indent, allowance);
                default -> out.append(flat);
            }
        }
        budget.leave();
    }

    private static Object sorted(Object value, Budget budget) {
        return switch (value) {
            case PyDict dict -> {
                PyDict copy = new PyDict();
                entries(dict, budget).forEach(entry -> copy.put(entry.key(), sorted(entry.value(), budget)));
                yield copy;
            }
            case PyList list -> new PyList(sortedItems(list.items(), budget));
            case PyTuple tuple -> new PyTuple(sortedItems(tuple.items(), budget));
            default -> value;
        };
    }

    private static List<Object> sortedItems(List<Object> items, Budget budget) {
        budget.steps(items.size());
        List<Object> all = new ArrayList<>(items.size());
        items.forEach(item -> all.add(sorted(item, budget)));
        return all;
    }

    private static List<PyDict.Entry> entries(PyDict dict, Budget budget) {
        List<PyDict.Entry> entries = new ArrayList<>(dict.entries());
        return Sorting.sorted(entries, PyDict.Entry::key, PrettyPrint::less, budget);
    }

    /** pprint orders keys of different types by their types' names. */
    private static boolean less(Object a, Object b, Budget budget) {
        try {
            return Comparison.less(a, b, budget);
        } catch (PyError e) {
            if (e.kind() != PyError.Kind.TYPE) {
                throw e;
            }
            return Py.typeName(a).compareTo(Py.typeName(b)) < 0;
        }
    }

    private static void writeDict(PyDict dict, StringBuilder out, int indent, int allowance, Budget budget) {
        out.append('{');
        List<PyDict.Entry> entries = entries(dict, budget);
        for (int i = 0; i < entries.size(); i++) {
            boolean last = i == entries.size() - 1;
            String key = Repr.repr(entries.get(i).key());
            out.append(key).append(": ");
            write(entries.get(i).value(), out, indent + 1 + Chars.length(key) + 2, last ? allowance + 1 : 1, budget);
            if (!last) {
                out.append(",\n").append(" ".repeat(indent + 1));
            }
        }
        out.append('}');
    }

    private static void writeItems(
            String open,
            List<Object> items,
            String close,
            StringBuilder out,
            int indent,
            int allowance,
            Budget budget) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            boolean last = i == items.size() - 1;
            write(items.get(i), out, indent + 1, last ? allowance + close.length() : 1, budget);
            if (!last) {
                out.append(",\n").append(" ".repeat(indent + 1));
            }
        }
        out.append(close);
    }

    private static void writeText(String text, StringBuilder out, int indent, int allowance) {
        List<String> chunks = new ArrayList<>();
        List<String> lines = TextCase.splitLines(text, true);
        boolean outermost = indent == 0;
        int start = outermost ? indent + 1 : indent;
        int reserve = outermost ? allowance + 1 : allowance;
        for (int i = 0; i < lines.size(); i++) {
            int room = WIDTH - start - (i == lines.size() - 1 ? reserve : 0);
            String line = Repr.quote(lines.get(i));
            if (Chars.length(line) <= room) {
                chunks.add(line);
            } else {
                wrapLine(lines.get(i), i == lines.size() - 1 ? reserve : 0, WIDTH - start, chunks);
            }
        }
        if (chunks.size() == 1) {
            out.append(chunks.getFirst());
            return;
        }
        String joined = String.join("\n" + " ".repeat(start), chunks);
        out.append(outermost ? "(" + joined + ")" : joined);
    }

    /** Breaks a line behind runs of spaces. */
    private static void wrapLine(String line, int reserve, int width, List<String> chunks) {
        List<String> parts = parts(line);
        String current = "";
        for (int i = 0; i < parts.size(); i++) {
            String candidate = current + parts.get(i);
            int room = i == parts.size() - 1 ? width - reserve : width;
            if (Chars.length(Repr.quote(candidate)) > room && !current.isEmpty()) {
                chunks.add(Repr.quote(current));
                candidate = parts.get(i);
            }
            current = candidate;
        }
        if (!current.isEmpty()) {
            chunks.add(Repr.quote(current));
        }
    }

    private static List<String> parts(String line) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            int end = at;
            while (end < line.length() && !Chars.isSpace(line.charAt(end))) {
                end++;
            }
            while (end < line.length() && Chars.isSpace(line.charAt(end))) {
                end++;
            }
            parts.add(line.substring(at, end));
            at = end;
        }
        return parts;
    }
}
