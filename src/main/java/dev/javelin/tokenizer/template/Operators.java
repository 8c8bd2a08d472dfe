package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's arithmetic operators on any values. Stateless. */
final class Operators {
    private Operators() {}

    static Object binary(BinaryOp op, Object left, Object right, Budget budget) {
        if (op == BinaryOp.ADD && left instanceof String a && right instanceof String b) {
            budget.allocate((long) a.length() + b.length());
            return a.concat(b);
        }
        Object number = Numbers.arithmetic(op, left, right, budget);
        if (number != null) {
            return number;
        }
        if (op == BinaryOp.MOD && Py.stringOrNull(left) != null) {
            return percent(left, right, budget);
        }
        refuseUndefined(left, right);
        Object result = switch (op) {
            case ADD -> add(left, right, budget);
            case MUL -> multiply(left, right, budget);
            case SUB, DIV, FLOORDIV, MOD, POW -> null;
        };
        if (result == null) {
            throw PyError.type("unsupported operand type(s) for " + op.text() + ": '" + Py.typeName(left) + "' and '"
                    + Py.typeName(right) + "'");
        }
        return result;
    }

    private static void refuseUndefined(Object left, Object right) {
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
    }

    private static Object percent(Object left, Object right, Budget budget) {
        if (left instanceof Markup markup) {
            return new Markup(new PercentFormat(markup.text(), right, true, budget).format());
        }
        return new PercentFormat(Repr.str(left), right, false, budget).format();
    }

    private static @Nullable Object add(Object left, Object right, Budget budget) {
        if (left instanceof Markup || right instanceof Markup) {
            if (Py.stringOrNull(left) == null || Py.stringOrNull(right) == null) {
                return left instanceof String ? cannotConcatenate(right) : null;
            }
            return new Markup(budget.made(
                    Markup.escape(left).text() + Markup.escape(right).text()));
        }
        if (left instanceof PyList a && right instanceof PyList b) {
            return new PyList(joined(a.items(), b.items(), budget));
        }
        if (left instanceof PyTuple a && right instanceof PyTuple b) {
            return new PyTuple(joined(a.items(), b.items(), budget));
        }
        return switch (left) {
            case String text -> cannotConcatenate(right);
            case PyList list ->
                throw PyError.type("can only concatenate list (not \"" + Py.typeName(right) + "\") to list");
            case PyTuple tuple ->
                throw PyError.type("can only concatenate tuple (not \"" + Py.typeName(right) + "\") to tuple");
            default -> null;
        };
    }

    private static Object cannotConcatenate(Object right) {
        throw PyError.type("can only concatenate str (not \"" + Py.typeName(right) + "\") to str");
    }

    private static List<Object> joined(List<Object> a, List<Object> b, Budget budget) {
        budget.allocate((long) a.size() + b.size());
        List<Object> all = new ArrayList<>(a.size() + b.size());
        all.addAll(a);
        all.addAll(b);
        return all;
    }

    private static @Nullable Object multiply(Object left, Object right, Budget budget) {
        if (isRepeatable(left)) {
            return repeat(left, right, budget);
        }
        return isRepeatable(right) ? repeat(right, left, budget) : null;
    }

    private static boolean isRepeatable(Object value) {
        return value instanceof String || value instanceof Markup || value instanceof PySequence;
    }

    private static Object repeat(Object value, Object count, Budget budget) {
        if (!Numbers.isInt(count)) {
            throw PyError.type("can't multiply sequence by non-int of type '" + Py.typeName(count) + "'");
        }
        // Beyond 2^40 the product still fits a long and passes any limit.
        long times = Numbers.big(count)
                .max(BigInteger.ZERO)
                .min(BigInteger.ONE.shiftLeft(40))
                .longValue();
        return switch (value) {
            case String text -> repeatText(text, times, budget);
            case Markup markup -> new Markup(repeatText(markup.text(), times, budget));
            case PyList list -> new PyList(repeatItems(list.items(), times, budget));
            case PyTuple tuple -> new PyTuple(repeatItems(tuple.items(), times, budget));
            default -> throw new IllegalArgumentException("not repeatable: " + Py.typeName(value));
        };
    }

    static String repeatText(String text, long times, Budget budget) {
        if (text.isEmpty()) {
            return text;
        }
        budget.allocate(text.length() * times);
        return text.repeat((int) times);
    }

    private static List<Object> repeatItems(List<Object> items, long times, Budget budget) {
        if (items.isEmpty()) {
            return items;
        }
        budget.allocate(items.size() * times);
        List<Object> all = new ArrayList<>((int) (items.size() * times));
        for (long i = 0; i < times; i++) {
            all.addAll(items);
        }
        return all;
    }

    static Object sign(boolean negative, Object operand) {
        if (operand instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Numbers.isNumber(operand)) {
            throw PyError.type(
                    "bad operand type for unary " + (negative ? "-" : "+") + ": '" + Py.typeName(operand) + "'");
        }
        if (negative) {
            return Numbers.negate(operand);
        }
        return operand instanceof Boolean ? Numbers.normal(Numbers.big(operand)) : operand;
    }
}
