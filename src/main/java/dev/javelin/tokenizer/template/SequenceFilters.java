package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters over sequences that keep their items' order. Stateless; those that Jinja makes lazy are lazy here. */
final class SequenceFilters {
    private SequenceFilters() {}

    static void addTo(Map<String, FilterFunction> all) {
        FilterFunction length = (in, value, arguments) -> {
            arguments.bind("len", 0);
            return (long) Py.length(value);
        };
        all.put("length", length);
        all.put("count", length);
        FilterFunction fallback = (in, value, arguments) -> {
            Bound bound = arguments.bind("do_default", 0, "default_value", "boolean");
            boolean replaced = value instanceof Undefined || (bound.truthy(1, false) && !Py.truthy(value));
            return replaced ? bound.or(0, "") : value;
        };
        all.put("default", fallback);
        all.put("d", fallback);
        all.put("first", (in, value, arguments) -> {
            Object first = Py.iterate(value, in.budget()).next();
            return first == null ? Undefined.hint("No first item, sequence was empty.") : first;
        });
        all.put("last", (in, value, arguments) -> {
            Object last = reversed(value, in.budget()).next();
            return last == null ? Undefined.hint("No last item, sequence was empty.") : last;
        });
        all.put("list", (in, value, arguments) -> new PyList(Py.items(value, in.budget())));
        all.put("items", (in, value, arguments) -> items(value, in.budget()));
        all.put("reverse", (in, value, arguments) -> reverse(value, in.budget()));
        all.put("join", SequenceFilters::join);
        all.put("sum", SequenceFilters::sum);
        all.put("batch", SequenceFilters::batch);
        all.put("slice", SequenceFilters::slice);
        all.put("unique", SequenceFilters::unique);
    }

    private static Object items(Object value, Budget budget) {
        if (value instanceof Undefined) {
            return PyIterator.empty();
        }
        if (!(value instanceof PyDict dict)) {
            // A generator in Jinja too: it fails when it is read.
            return new PyIterator() {
                @Override
                @Nullable Object next() {
                    throw PyError.type("Can only get item pairs from a mapping.");
                }
            };
        }
        DictView view = new DictView(dict, DictView.Part.ITEMS);
        return PyIterator.over(dict.entries().stream().map(view::show).iterator(), budget);
    }

    /** {@code reversed(value)}. */
    private static PyIterator reversed(Object value, Budget budget) {
        return switch (value) {
            case PySequence sequence ->
                PyIterator.over(sequence.items().reversed().iterator(), budget);
            case String text -> reversedItems(text, budget);
            case Markup text -> reversedItems(text, budget);
            case PyDict dict -> reversedItems(dict, budget);
            case DictView view -> reversedItems(view, budget);
            case PyRange range -> reversedItems(range, budget);
            case Undefined undefined -> PyIterator.empty();
            default -> throw PyError.type("'" + Py.typeName(value) + "' object is not reversible");
        };
    }

    private static PyIterator reversedItems(Object value, Budget budget) {
        return PyIterator.over(Py.items(value, budget).reversed().iterator(), budget);
    }

    private static Object reverse(Object value, Budget budget) {
        String text = Py.stringOrNull(value);
        if (text != null) {
            String turned = Repr.str(Subscripts.slice(text, new SliceValue(PyNone.NONE, PyNone.NONE, -1L), budget));
            return value instanceof Markup ? new Markup(turned) : turned;
        }
        if (value instanceof PyIterator || value instanceof LoopContext) {
            List<Object> items = Py.items(value, budget);
            Collections.reverse(items);
            return new PyList(items);
        }
        if (Py.iterateOrNull(value, budget) == null) {
            throw new PyError(PyError.Kind.FILTER_ARGUMENT, "argument must be iterable");
        }
        return reversed(value, budget);
    }

    private static Object join(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_join", 0, "d", "attribute");
        UnaryOperator<Object> getter = AttributePath.of(bound.orNone(1), null);
        String separator = Repr.str(bound.or(0, ""));
        PyIterator items = Py.iterate(value, in.budget());
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Object item = items.next(); item != null; item = items.next()) {
            String text = Repr.str(getter.apply(item));
            in.budget().checkOutput((long) out.length() + separator.length() + text.length());
            out.append(first ? "" : separator).append(text);
            first = false;
        }
        return in.budget().made(out.toString());
    }

    private static Object sum(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_sum", 0, "attribute", "start");
        UnaryOperator<Object> getter = AttributePath.of(bound.orNone(0), null);
        Object total = bound.or(1, 0L);
        if (Py.stringOrNull(total) != null) {
            throw PyError.type("sum() can't sum strings [use ''.join(seq) instead]");
        }
        PyIterator items = Py.iterate(value, in.budget());
        for (Object item = items.next(); item != null; item = items.next()) {
            total = Operators.binary(BinaryOp.ADD, total, getter.apply(item), in.budget());
        }
        return total;
    }

    private static Object batch(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_batch", 1, "linecount", "fill_with");
        int count = bound.integer(0, 0);
        Object fill = bound.orNone(1);
        PyIterator items = Py.iterate(value, in.budget());
        return new PyIterator() {
            private @Nullable Object held = items.next();

            @Override
            @Nullable Object next() {
                if (held == null) {
                    return null;
                }
                List<Object> row = new ArrayList<>();
                while (held != null && (row.size() != count || row.isEmpty())) {
                    row.add(held);
                    held = items.next();
                }
                if (held == null && fill != null && row.size() < count) {
                    in.budget().allocate(count);
                    row.addAll(Collections.nCopies(count - row.size(), fill));
                }
                return new PyList(row);
            }
        };
    }

    private static Object slice(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_slice", 1, "slices", "fill_with");
        int slices = bound.integer(0, 1);
        Object fill = bound.orNone(1);
        List<Object> items = Py.items(value, in.budget());
        if (slices == 0) {
            throw new PyError(PyError.Kind.ZERO_DIVISION, "integer division or modulo by zero");
        }
        if (slices < 0) {
            return PyIterator.empty();
        }
        in.budget().allocate(slices);
        List<Object> columns = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < slices; i++) {
            boolean extra = i < items.size() % slices;
            int to = from + items.size() / slices + (extra ? 1 : 0);
            List<Object> column = new ArrayList<>(items.subList(from, to));
            if (fill != null && !extra) {
                column.add(fill);
            }
            columns.add(new PyList(column));
            from = to;
        }
        return PyIterator.over(columns.iterator(), in.budget());
    }

    private static Object unique(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_unique", 0, "case_sensitive", "attribute");
        UnaryOperator<Object> getter = AttributePath.folded(bound.orNone(1), bound.truthy(0, false));
        PyIterator items = Py.iterate(value, in.budget());
        Set<Object> seen = new HashSet<>();
        return new PyIterator() {
            @Override
            @Nullable Object next() {
                Object item = items.next();
                while (item != null && !seen.add(Comparison.hashKey(getter.apply(item)))) {
                    item = items.next();
                }
                return item;
            }
        };
    }
}
