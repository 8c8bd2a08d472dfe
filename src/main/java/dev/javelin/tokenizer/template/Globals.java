package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Functions every template can call: Jinja's own and those transformers adds. Immutable. */
final class Globals {
    /** What a generation block calls: gives the block's text back. */
    static final PyCallable GENERATION = (in, arguments) -> {
        Object caller = arguments.named().get("caller");
        return caller instanceof PyCallable block ? block.call(in, Arguments.NONE) : "";
    };

    private static final Map<String, Object> ALL = all();

    private Globals() {}

    static Map<String, Object> all() {
        Map<String, Object> all = new HashMap<>();
        put(all, "range", (in, arguments) -> range(arguments.positionalOnly("range", 1, 3)));
        put(all, "dict", Globals::dict);
        put(all, "namespace", (in, arguments) -> new Namespace(dict(in, arguments)));
        put(all, "cycler", (in, arguments) -> {
            if (!arguments.named().isEmpty()) {
                throw PyError.type("cycler() takes no keyword arguments");
            }
            return new Cycler(arguments.positional());
        });
        put(
                all,
                "joiner",
                (in, arguments) -> new Joiner(arguments.bind("joiner", 0, "sep").or(0, ", ")));
        put(all, "lipsum", (in, arguments) -> {
            throw new PyError(PyError.Kind.SECURITY, "lipsum is refused: a chat template gives one text");
        });
        put(all, "raise_exception", (in, arguments) -> {
            throw new PyError(
                    PyError.Kind.RAISED,
                    Repr.str(arguments.bind("raise_exception", 1, "message").required(0)));
        });
        put(
                all,
                "strftime_now",
                (in, arguments) -> in.budget()
                        .made(Strftime.format(
                                arguments.bind("strftime_now", 1, "format").string(0), LocalDateTime.now(in.clock()))));
        return Map.copyOf(all);
    }

    private static void put(Map<String, Object> all, String name, PyCallable function) {
        all.put(name, function);
    }

    /** Names a template starts with: the functions, over them what it is given. */
    static Map<String, Object> with(Map<String, Object> data) {
        Map<String, Object> names = new HashMap<>(ALL);
        names.putAll(data);
        return names;
    }

    private static Object range(Bound bound) {
        long first = index(bound.required(0));
        Object stop = bound.get(1);
        Object step = bound.get(2);
        if (stop == null) {
            return new PyRange(0, first, 1);
        }
        return new PyRange(first, index(stop), step == null ? 1 : index(step));
    }

    private static long index(Object value) {
        if (value instanceof Undefined) {
            throw PyError.type("'Undefined' object cannot be interpreted as an integer");
        }
        if (!Numbers.isInt(value)) {
            throw PyError.type("'" + Py.typeName(value) + "' object cannot be interpreted as an integer");
        }
        // A range that leaves these bounds is either refused for its length or empty.
        return Numbers.big(value)
                .max(BigInteger.valueOf(-(1L << 60)))
                .min(BigInteger.valueOf(1L << 60))
                .longValue();
    }

    private static PyDict dict(Interpreter in, Arguments arguments) {
        Bound bound = new Arguments(arguments.positional(), Map.of()).positionalOnly("dict", 0, 1);
        PyDict dict = new PyDict();
        Object source = bound.get(0);
        if (source instanceof PyDict other) {
            dict.putAll(other);
        } else if (source != null) {
            for (Object pair : Py.items(source, in.budget())) {
                List<Object> both = Py.items(pair, in.budget());
                if (both.size() != 2) {
                    throw PyError.value(
                            "dictionary update sequence element has length " + both.size() + "; 2 is required");
                }
                dict.put(both.getFirst(), both.getLast());
            }
        }
        arguments.named().forEach(dict::put);
        in.budget().allocate(dict.itemCount());
        return dict;
    }
}
