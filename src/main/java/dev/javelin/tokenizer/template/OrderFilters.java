package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that order or group items. Stateless. */
final class OrderFilters {
    private OrderFilters() {}

    static void addTo(Map<String, FilterFunction> all) {
        all.put("sort", (in, value, arguments) -> {
            Bound bound = arguments.bind("do_sort", 0, "reverse", "case_sensitive", "attribute");
            UnaryOperator<Object> key = AttributePath.several(bound.orNone(2), bound.truthy(1, false));
            return new PyList(Sorting.sorted(Py.items(value, in.budget()), key, bound.truthy(0, false), in.budget()));
        });
        all.put("dictsort", OrderFilters::dictSort);
        all.put(
                "min",
                (in, value, arguments) ->
                        extreme(in, value, arguments.bind("do_min", 0, "case_sensitive", "attribute"), CompareOp.LT));
        all.put(
                "max",
                (in, value, arguments) ->
                        extreme(in, value, arguments.bind("do_max", 0, "case_sensitive", "attribute"), CompareOp.GT));
        all.put("groupby", OrderFilters::groupBy);
    }

    private static Object dictSort(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_dictsort", 0, "case_sensitive", "by", "reverse");
        boolean caseSensitive = bound.truthy(0, false);
        String by = Repr.str(bound.or(1, "key"));
        if (!by.equals("key") && !by.equals("value")) {
            throw new PyError(PyError.Kind.FILTER_ARGUMENT, "You can only sort by either \"key\" or \"value\"");
        }
        if (!(value instanceof PyDict dict)) {
            throw value instanceof Undefined undefined
                    ? undefined.error()
                    : PyError.type("'" + Py.typeName(value) + "' object has no attribute 'items'");
        }
        List<Object> pairs = Py.items(new DictView(dict, DictView.Part.ITEMS), in.budget());
        int part = by.equals("key") ? 0 : 1;
        UnaryOperator<Object> key = pair -> {
            Object item = ((PyTuple) pair).items().get(part);
            return caseSensitive ? item : AttributePath.fold(item);
        };
        return new PyList(Sorting.sorted(pairs, key, bound.truthy(2, false), in.budget()));
    }

    /** The first item that none goes before. */
    private static Object extreme(Interpreter in, Object value, Bound bound, CompareOp before) {
        UnaryOperator<Object> key = AttributePath.folded(bound.orNone(1), bound.truthy(0, false));
        PyIterator items = Py.iterate(value, in.budget());
        Object best = items.next();
        if (best == null) {
            return Undefined.hint("No aggregated item, sequence was empty.");
        }
        Object bestKey = key.apply(best);
        for (Object item = items.next(); item != null; item = items.next()) {
            Object itemKey = key.apply(item);
            if (Comparison.test(before, itemKey, bestKey, in.budget())) {
                best = item;
                bestKey = itemKey;
            }
        }
        return best;
    }

    private static Object groupBy(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_groupby", 1, "attribute", "default", "case_sensitive");
        UnaryOperator<Object> plain = AttributePath.of(bound.orNone(0), bound.orNone(1));
        UnaryOperator<Object> key = bound.truthy(2, false) ? plain : item -> AttributePath.fold(plain.apply(item));
        List<Object> sorted = Sorting.sorted(Py.items(value, in.budget()), key, false, in.budget());
        List<Object> groups = new ArrayList<>();
        int from = 0;
        while (from < sorted.size()) {
            Object groupKey = key.apply(sorted.get(from));
            int to = from + 1;
            while (to < sorted.size() && Comparison.equal(groupKey, key.apply(sorted.get(to)), in.budget())) {
                to++;
            }
            PyList members = new PyList(new ArrayList<>(sorted.subList(from, to)));
            groups.add(PyTuple.group(plain.apply(sorted.get(from)), members));
            from = to;
        }
        return new PyList(groups);
    }
}
