package dev.javelin.tokenizer.template;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All tests by name: Jinja's own. Immutable. */
final class Tests {
    private static final Map<String, TestFunction> ALL = all();

    private Tests() {}

    static @Nullable TestFunction find(String name) {
        return ALL.get(name);
    }

    /** Applies the test a template names as a value. */
    static boolean testNamed(Interpreter in, String name, Object value, Arguments arguments) {
        TestFunction test = ALL.get(name);
        if (test == null) {
            throw new PyError(PyError.Kind.RUNTIME, "No test named '" + name + "'.");
        }
        in.budget().walk(value);
        return test.test(in, value, arguments);
    }

    private static Map<String, TestFunction> all() {
        Map<String, TestFunction> all = new HashMap<>();
        kinds(all);
        texts(all);
        numbers(all);
        comparisons(all);
        all.put("filter", (in, value, arguments) -> named(value, Filters::find));
        all.put("test", (in, value, arguments) -> named(value, Tests::find));
        return Map.copyOf(all);
    }

    /** Looks a name up. */
    private interface Lookup {
        @Nullable Object find(String name);
    }

    private static boolean named(Object value, Lookup lookup) {
        Comparison.hashKey(value);
        String name = Py.stringOrNull(value);
        return name != null && lookup.find(name) != null;
    }

    private static void simple(Map<String, TestFunction> all, String name, Predicate<Object> test) {
        all.put(name, (in, value, arguments) -> {
            arguments.bind("test_" + name, 0);
            return test.test(value);
        });
    }

    private static void kinds(Map<String, TestFunction> all) {
        simple(all, "defined", value -> !(value instanceof Undefined));
        simple(all, "undefined", value -> value instanceof Undefined);
        simple(all, "none", value -> value == PyNone.NONE);
        simple(all, "boolean", value -> value instanceof Boolean);
        simple(all, "true", value -> value instanceof Boolean flag && flag);
        simple(all, "false", value -> value instanceof Boolean flag && !flag);
        simple(all, "integer", value -> Numbers.isInt(value) && !(value instanceof Boolean));
        simple(all, "float", value -> value instanceof Double);
        simple(all, "number", Numbers::isNumber);
        simple(all, "string", value -> Py.stringOrNull(value) != null);
        simple(all, "mapping", value -> value instanceof PyDict);
        simple(all, "sequence", Tests::isSequence);
        simple(all, "callable", value -> value instanceof PyCallable || value instanceof Undefined);
        simple(all, "escaped", value -> value instanceof Markup);
        all.put("iterable", (in, value, arguments) -> isIterable(value));
    }

    /** Has a length and items by index, or pretends to. */
    private static boolean isSequence(Object value) {
        return switch (value) {
            case String text -> true;
            case Markup text -> true;
            case PySequence sequence -> true;
            case PyDict dict -> true;
            case PyRange range -> true;
            case Undefined undefined -> true;
            default -> false;
        };
    }

    private static boolean isIterable(Object value) {
        return isSequence(value)
                || value instanceof PyIterator
                || value instanceof DictView
                || value instanceof LoopContext;
    }

    private static void texts(Map<String, TestFunction> all) {
        simple(all, "lower", value -> TextCase.isLower(Repr.str(value)));
        simple(all, "upper", value -> TextCase.isUpper(Repr.str(value)));
    }

    private static void numbers(Map<String, TestFunction> all) {
        all.put("odd", (in, value, arguments) -> remainderIs(value, 2L, 1L, in.budget()));
        all.put("even", (in, value, arguments) -> remainderIs(value, 2L, 0L, in.budget()));
        all.put(
                "divisibleby",
                (in, value, arguments) -> remainderIs(
                        value, arguments.bind("test_divisibleby", 1, "num").required(0), 0L, in.budget()));
    }

    private static boolean remainderIs(Object value, Object divisor, long wanted, Budget budget) {
        return Comparison.equal(Operators.binary(BinaryOp.MOD, value, divisor, budget), wanted, budget);
    }

    private static void comparisons(Map<String, TestFunction> all) {
        compare(all, CompareOp.EQ, "==", "eq", "equalto");
        compare(all, CompareOp.NE, "!=", "ne");
        compare(all, CompareOp.GT, ">", "gt", "greaterthan");
        compare(all, CompareOp.GTEQ, ">=", "ge");
        compare(all, CompareOp.LT, "<", "lt", "lessthan");
        compare(all, CompareOp.LTEQ, "<=", "le");
        all.put(
                "in",
                (in, value, arguments) ->
                        Membership.contains(arguments.bind("test_in", 1, "seq").required(0), value, in.budget()));
        BiPredicate<Object, Object> same = Tests::isSame;
        all.put(
                "sameas",
                (in, value, arguments) -> same.test(
                        value, arguments.bind("test_sameas", 1, "other").required(0)));
    }

    private static void compare(Map<String, TestFunction> all, CompareOp op, String... names) {
        TestFunction test = (in, value, arguments) -> Comparison.test(
                op, value, arguments.positionalOnly(op.text(), 1, 1).required(0), in.budget());
        for (String name : names) {
            all.put(name, test);
        }
    }

    /** Python's {@code is}, as far as it is defined: small ints and equal literals are one object there. */
    private static boolean isSame(Object left, Object right) {
        if (left instanceof Boolean || left instanceof Long || left instanceof String) {
            return left.equals(right);
        }
        return Comparison.same(left, right);
    }
}
