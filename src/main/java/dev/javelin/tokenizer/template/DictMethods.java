package dev.javelin.tokenizer.template;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Methods of dict that change nothing. Stateless. */
final class DictMethods {
    private static final Set<String> NAMES = Set.of(
            "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values");

    private DictMethods() {}

    /** Whether dict has a method of that name, which then goes before an item. */
    static boolean has(String name) {
        return NAMES.contains(name);
    }

    static @Nullable PyCallable bind(PyDict dict, String name) {
        return switch (name) {
            case "get" ->
                (in, arguments) -> {
                    Bound bound = arguments.positionalOnly("get", 1, 2);
                    Object value = dict.get(bound.required(0));
                    return value == null ? bound.or(1, PyNone.NONE) : value;
                };
            case "items" -> view(dict, DictView.Part.ITEMS, name);
            case "keys" -> view(dict, DictView.Part.KEYS, name);
            case "values" -> view(dict, DictView.Part.VALUES, name);
            case "copy" ->
                (in, arguments) -> {
                    arguments.positionalOnly(name, 0, 0);
                    in.budget().allocate(dict.itemCount());
                    PyDict copy = new PyDict();
                    copy.putAll(dict);
                    return copy;
                };
            case "fromkeys" ->
                (in, arguments) -> {
                    Bound bound = arguments.positionalOnly(name, 1, 2);
                    PyDict made = new PyDict();
                    Py.items(bound.required(0), in.budget()).forEach(key -> made.put(key, bound.or(1, PyNone.NONE)));
                    return made;
                };
            default -> null;
        };
    }

    private static PyCallable view(PyDict dict, DictView.Part part, String name) {
        return (in, arguments) -> {
            arguments.positionalOnly(name, 0, 0);
            return new DictView(dict, part);
        };
    }
}
