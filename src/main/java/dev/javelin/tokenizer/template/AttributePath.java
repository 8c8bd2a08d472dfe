package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Attributes that filters take by a dotted path, numbers in it being indexes. Stateless. */
final class AttributePath {
    private AttributePath() {}

    /** Looks the path up in an item; without a path gives the item. A default replaces what is undefined. */
    static UnaryOperator<Object> of(@Nullable Object path, @Nullable Object fallback) {
        List<Object> parts = parts(path);
        if (parts.isEmpty()) {
            return item -> item;
        }
        return item -> {
            Object value = item;
            for (Object part : parts) {
                value = Attributes.item(value, part);
                if (fallback != null && value instanceof Undefined) {
                    value = fallback;
                }
            }
            return value;
        };
    }

    /** The same with strings in lower case, unless case counts. */
    static UnaryOperator<Object> folded(@Nullable Object path, boolean caseSensitive) {
        UnaryOperator<Object> getter = of(path, null);
        return caseSensitive ? getter : item -> fold(getter.apply(item));
    }

    /** For sort: several paths separated by commas give a list. */
    static UnaryOperator<Object> several(@Nullable Object paths, boolean caseSensitive) {
        List<UnaryOperator<Object>> getters = new ArrayList<>();
        String text = paths == null ? null : Py.stringOrNull(paths);
        if (text == null) {
            getters.add(folded(paths, caseSensitive));
        } else {
            TextCase.split(text, ",", -1).forEach(path -> getters.add(folded(path, caseSensitive)));
        }
        return item ->
                new PyList(getters.stream().map(getter -> getter.apply(item)).toList());
    }

    static Object fold(Object value) {
        return value instanceof String text ? TextCase.lower(text) : value;
    }

    private static List<Object> parts(@Nullable Object path) {
        if (path == null) {
            return List.of();
        }
        String text = Py.stringOrNull(path);
        if (text == null) {
            return List.of(path);
        }
        List<Object> parts = new ArrayList<>();
        for (String part : TextCase.split(text, ".", -1)) {
            boolean index = TextCase.all(part, Chars::isDigit);
            Object number = index ? IntText.parseInt(part, 10) : null;
            parts.add(number == null ? part : number);
        }
        return parts;
    }
}
