package dev.javelin.tokenizer.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All filters by name: Jinja's own, with transformers' {@code tojson}. Immutable. */
final class Filters {
    private static final Map<String, FilterFunction> ALL = all();

    private Filters() {}

    static @Nullable FilterFunction find(String name) {
        return ALL.get(name);
    }

    /** Applies the filter a template names as a value. */
    static Object applyNamed(Interpreter in, String name, Object value, Arguments arguments) {
        FilterFunction filter = ALL.get(name);
        if (filter == null) {
            throw new PyError(PyError.Kind.RUNTIME, "No filter named '" + name + "'.");
        }
        in.budget().walk(value);
        return filter.apply(in, value, arguments);
    }

    private static Map<String, FilterFunction> all() {
        Map<String, FilterFunction> all = new HashMap<>();
        TextFilters.addTo(all);
        LayoutFilters.addTo(all);
        NumberFilters.addTo(all);
        SequenceFilters.addTo(all);
        OrderFilters.addTo(all);
        SelectionFilters.addTo(all);
        all.put("tojson", (in, value, arguments) -> Json.filter(value, arguments, in.budget()));
        all.put("random", (in, value, arguments) -> {
            throw new PyError(PyError.Kind.SECURITY, "the filter 'random' is refused: a chat template gives one text");
        });
        return Map.copyOf(all);
    }
}
