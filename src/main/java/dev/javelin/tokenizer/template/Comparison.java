package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Python's equality, order, membership and hashing. Stateless. */
final class Comparison {
    private static final int MAX_NESTING = 250;

    /** A tuple as a key: equal when its items are. */
    private record TupleKey(List<Object> items) {}

    /** What every undefined value hashes to: they are all equal. */
    private enum UndefinedKey {
        UNDEFINED
    }

    /** Items that one key was made of: a tuple of shared tuples is small in memory and endless to walk. */
    private static final class Count {
        private static final int MAX_ITEMS = 10_000;

        private int items;

        void add(int count) {
            items += count + 1;
            if (items > MAX_ITEMS) {
                throw PyError.limit("a key of nested tuples passes the limit of " + MAX_ITEMS + " items");
            }
        }
    }

    private Comparison() {}

    static boolean test(CompareOp op, Object left, Object right, Budget budget) {
        return switch (op) {
            case EQ -> equal(left, right, budget);
            case NE -> !equal(left, right, budget);
            case IN -> Membership.contains(right, left, budget);
            case NOT_IN -> !Membership.contains(right, left, budget);
            case LT -> !unordered(left, right) && order(op, left, right, budget, 0) < 0;
            case LTEQ -> !unordered(left, right) && order(op, left, right, budget, 0) <= 0;
            case GT -> !unordered(left, right) && order(op, left, right, budget, 0) > 0;
            case GTEQ -> !unordered(left, right) && order(op, left, right, budget, 0) >= 0;
        };
    }

    /** Whether NaN makes every order false. */
    private static boolean unordered(Object left, Object right) {
        return (Numbers.isNaN(left) || Numbers.isNaN(right)) && Numbers.isNumber(left) && Numbers.isNumber(right);
    }

    /** Whether both are one object: Python's {@code is}. */
    @SuppressWarnings("ReferenceEquality") // identity is what is asked for
    static boolean same(Object left, Object right) {
        return left == right;
    }

    static boolean less(Object left, Object right, Budget budget) {
        return test(CompareOp.LT, left, right, budget);
    }

    static boolean equal(Object left, Object right, Budget budget) {
        return equal(left, right, budget, 0);
    }

    private static boolean equal(Object left, Object right, Budget budget, int nesting) {
        if (left instanceof String a && right instanceof String b) {
            budget.walk(a);
            return a.equals(b);
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return !Numbers.isNaN(left) && !Numbers.isNaN(right) && Numbers.compare(left, right) == 0;
        }
        if (nesting > MAX_NESTING) {
            throw PyError.limit("nested values pass the limit of " + MAX_NESTING + " levels");
        }
        return switch (left) {
            case String text -> text.equals(Py.stringOrNull(right));
            case Markup markup -> markup.text().equals(Py.stringOrNull(right));
            case PyList list -> right instanceof PyList other && sameItems(list, other, budget, nesting);
            case PyTuple tuple -> right instanceof PyTuple other && sameItems(tuple, other, budget, nesting);
            case PyDict dict -> right instanceof PyDict other && sameEntries(dict, other, budget, nesting);
            case Undefined undefined -> right instanceof Undefined;
            case PyRange range -> right instanceof PyRange other && sameRange(range, other);
            case DictView view -> right instanceof DictView other && sameView(view, other, budget);
            default -> same(left, right);
        };
    }

    private static boolean sameItems(PySequence left, PySequence right, Budget budget, int nesting) {
        List<Object> a = left.items();
        List<Object> b = right.items();
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            budget.step();
            if (!same(a.get(i), b.get(i)) && !equal(a.get(i), b.get(i), budget, nesting + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntries(PyDict left, PyDict right, Budget budget, int nesting) {
        if (left.itemCount() != right.itemCount()) {
            return false;
        }
        for (PyDict.Entry entry : left.entries()) {
            budget.step();
            Object other = right.get(entry.key());
            if (other == null || (!same(other, entry.value()) && !equal(entry.value(), other, budget, nesting + 1))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameRange(PyRange left, PyRange right) {
        int count = left.itemCount();
        return count == right.itemCount()
                && (count == 0 || (left.start() == right.start() && (count == 1 || left.step() == right.step())));
    }

    /** Keys and items compare as sets, values by identity. */
    private static boolean sameView(DictView left, DictView right, Budget budget) {
        if (same(left, right)) {
            return true;
        }
        if (left.part() == DictView.Part.VALUES || left.part() != right.part()) {
            return false;
        }
        if (left.part() == DictView.Part.ITEMS) {
            return equal(left.dict(), right.dict(), budget);
        }
        return left.dict().itemCount() == right.dict().itemCount()
                && left.dict().entries().stream().allMatch(entry -> right.dict().contains(entry.key()));
    }

    /** Sign of the order; fails where Python has none. */
    private static int order(CompareOp op, Object left, Object right, Budget budget, int nesting) {
        if (nesting > MAX_NESTING) {
            throw PyError.limit("nested values pass the limit of " + MAX_NESTING + " levels");
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        String a = Py.stringOrNull(left);
        String b = Py.stringOrNull(right);
        if (a != null && b != null) {
            budget.walk(left);
            return compareText(a, b);
        }
        if (left instanceof PyList x && right instanceof PyList y) {
            return orderItems(op, x.items(), y.items(), budget, nesting);
        }
        if (left instanceof PyTuple x && right instanceof PyTuple y) {
            return orderItems(op, x.items(), y.items(), budget, nesting);
        }
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw PyError.type("'" + op.text() + "' not supported between instances of '" + Py.typeName(left) + "' and '"
                + Py.typeName(right) + "'");
    }

    private static int orderItems(CompareOp op, List<Object> a, List<Object> b, Budget budget, int nesting) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            budget.step();
            if (!same(a.get(i), b.get(i)) && !equal(a.get(i), b.get(i), budget, nesting + 1)) {
                return order(op, a.get(i), b.get(i), budget, nesting + 1);
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /** By code points, which UTF-16 units do not order the same. */
    private static int compareText(String a, String b) {
        int same = 0;
        int end = Math.min(a.length(), b.length());
        while (same < end && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        if (same == end) {
            return Integer.compare(a.length(), b.length());
        }
        char x = a.charAt(same);
        char y = b.charAt(same);
        if (Character.isSurrogate(x) != Character.isSurrogate(y)) {
            return Character.isSurrogate(x) ? 1 : -1;
        }
        return Character.compare(x, y);
    }

    /** A Java key equal exactly when Python's are; fails for what Python cannot hash. */
    static Object hashKey(Object value) {
        return hashKey(value, new Count());
    }

    private static Object hashKey(Object value, Count visited) {
        return switch (value) {
            case String text -> text;
            case Long number -> number;
            case Markup markup -> markup.text();
            case Boolean flag -> flag ? 1L : 0L;
            case Double number -> floatKey(number);
            case PyTuple tuple -> {
                List<Object> keys = new ArrayList<>(tuple.items().size());
                visited.add(tuple.items().size());
                tuple.items().forEach(item -> keys.add(hashKey(item, visited)));
                yield new TupleKey(keys);
            }
            case Undefined undefined -> UndefinedKey.UNDEFINED;
            case PyList list -> throw unhashable(value);
            case PyDict dict -> throw unhashable(value);
            case SliceValue slice -> throw unhashable(value);
            case DictView view when view.part() != DictView.Part.VALUES -> throw unhashable(value);
            default -> value;
        };
    }

    private static PyError unhashable(Object value) {
        return PyError.type("unhashable type: '" + Py.typeName(value) + "'");
    }

    private static Object floatKey(double number) {
        if (number != Math.rint(number) || Double.isInfinite(number)) {
            return number;
        }
        BigInteger whole = new BigDecimal(number).toBigInteger();
        return whole.bitLength() < 64 ? (Object) whole.longValue() : whole;
    }
}
