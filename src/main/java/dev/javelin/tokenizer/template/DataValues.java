package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON-like Java data as Python values. Stateless. */
final class DataValues {
    private static final int MAX_NESTING = 250;

    private DataValues() {}

    static Map<String, Object> names(Map<String, ? extends @Nullable Object> data) {
        Map<String, Object> names = new HashMap<>();
        data.forEach((name, value) -> names.put(name, convert(value, 0)));
        return names;
    }

    private static Object convert(@Nullable Object value, int nesting) {
        if (nesting > MAX_NESTING) {
            throw PyError.limit("data nested deeper than the limit of " + MAX_NESTING + " levels");
        }
        return switch (value) {
            case null -> PyNone.NONE;
            case String text -> text;
            case Boolean flag -> flag;
            case Map<?, ?> map -> {
                PyDict dict = new PyDict(map.size());
                map.forEach((key, item) -> dict.put(convert(key, nesting + 1), convert(item, nesting + 1)));
                yield dict;
            }
            case Iterable<?> items -> {
                List<Object> list = new ArrayList<>();
                for (Object item : items) {
                    list.add(convert(item, nesting + 1));
                }
                yield new PyList(list);
            }
            case Number number -> number(number);
            default -> throw PyError.type("data holds a " + value.getClass().getName() + ", which is not JSON-like");
        };
    }

    private static Object number(Number number) {
        return switch (number) {
            case BigInteger big -> Numbers.normal(big);
            case BigDecimal decimal -> decimal.doubleValue();
            case Double real -> real;
            case Float real -> real.doubleValue();
            default -> number.longValue();
        };
    }
}
