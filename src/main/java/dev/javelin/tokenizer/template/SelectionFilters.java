package dev.javelin.tokenizer.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters that pick or map items by a test, filter or attribute; lazy like Jinja's generators. Stateless. */
final class SelectionFilters {
    private SelectionFilters() {}

    static void addTo(Map<String, FilterFunction> all) {
        all.put("map", SelectionFilters::map);
        all.put("select", (in, value, arguments) -> select(in, value, arguments, true, false));
        all.put("reject", (in, value, arguments) -> select(in, value, arguments, false, false));
        all.put("selectattr", (in, value, arguments) -> select(in, value, arguments, true, true));
        all.put("rejectattr", (in, value, arguments) -> select(in, value, arguments, false, true));
    }

    /** A generator: nothing is looked at, not even the arguments, before the first item is asked for. */
    private abstract static class Lazy extends PyIterator {
        private final Object value;
        private final Budget budget;
        private @Nullable PyIterator source;

        Lazy(Object value, Budget budget) {
            this.value = value;
            this.budget = budget;
        }

        abstract void prepare();

        @Nullable Object nextSource() {
            if (source == null) {
                source = PyIterator.empty();
                if (Py.truthy(value)) {
                    prepare();
                    source = Py.iterate(value, budget);
                }
            }
            return source.next();
        }
    }

    private static Object map(Interpreter in, Object value, Arguments arguments) {
        return new Lazy(value, in.budget()) {
            private UnaryOperator<Object> mapping = item -> item;

            @Override
            void prepare() {
                mapping = mapping(in, arguments);
            }

            @Override
            @Nullable Object next() {
                Object item = nextSource();
                return item == null ? null : mapping.apply(item);
            }
        };
    }

    private static UnaryOperator<Object> mapping(Interpreter in, Arguments arguments) {
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            Map<String, Object> named = new LinkedHashMap<>(arguments.named());
            Object attribute = named.remove("attribute");
            Object fallback = named.remove("default");
            if (!named.isEmpty()) {
                throw new PyError(
                        PyError.Kind.FILTER_ARGUMENT,
                        "Unexpected keyword argument '"
                                + named.keySet().iterator().next() + "'");
            }
            return AttributePath.of(
                    attribute == PyNone.NONE ? null : attribute, fallback == PyNone.NONE ? null : fallback);
        }
        if (arguments.positional().isEmpty()) {
            throw new PyError(PyError.Kind.FILTER_ARGUMENT, "map requires a filter argument");
        }
        String name = Repr.str(arguments.positional().getFirst());
        Arguments rest = arguments.rest(1);
        return item -> Filters.applyNamed(in, name, item, rest);
    }

    private static Object select(
            Interpreter in, Object value, Arguments arguments, boolean wanted, boolean byAttribute) {
        return new Lazy(value, in.budget()) {
            private Predicate<Object> test = item -> true;

            @Override
            void prepare() {
                test = test(in, arguments, byAttribute);
            }

            @Override
            @Nullable Object next() {
                for (Object item = nextSource(); item != null; item = nextSource()) {
                    if (test.test(item) == wanted) {
                        return item;
                    }
                }
                return null;
            }
        };
    }

    private static Predicate<Object> test(Interpreter in, Arguments arguments, boolean byAttribute) {
        List<Object> positional = arguments.positional();
        if (byAttribute && positional.isEmpty()) {
            throw new PyError(PyError.Kind.FILTER_ARGUMENT, "Missing parameter for attribute name");
        }
        UnaryOperator<Object> getter = byAttribute
                ? AttributePath.of(positional.getFirst() == PyNone.NONE ? null : positional.getFirst(), null)
                : item -> item;
        int at = byAttribute ? 1 : 0;
        if (positional.size() <= at) {
            return item -> Py.truthy(getter.apply(item));
        }
        String name = Repr.str(positional.get(at));
        Arguments rest = arguments.rest(at + 1);
        return item -> Tests.testNamed(in, name, getter.apply(item), rest);
    }
}
