package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** {@code value[index]} and {@code value[start:stop:step]}. Stateless. */
final class Subscripts {
    private Subscripts() {}

    /** The item, or null where Python raises LookupError or TypeError: then Jinja tries an attribute. */
    static @Nullable Object itemOrNull(Object value, Object index) {
        return switch (value) {
            case PyDict dict -> dictItem(dict, index);
            case PySequence sequence -> listItem(sequence, index);
            case String text -> textItem(text, index);
            case Markup markup -> textItem(markup.text(), index) instanceof String part ? new Markup(part) : null;
            case PyRange range -> {
                int at = position(index, range.itemCount());
                yield at < 0 ? null : (Object) range.at(at);
            }
            case Undefined undefined -> throw undefined.error();
            case TemplateSelf self -> index instanceof String name ? self.block(name) : null;
            default -> null;
        };
    }

    private static @Nullable Object dictItem(PyDict dict, Object index) {
        if (index instanceof String) {
            return dict.get(index);
        }
        try {
            return dict.get(index);
        } catch (PyError e) {
            if (e.kind() == PyError.Kind.TYPE) {
                return null;
            }
            throw e;
        }
    }

    private static @Nullable Object listItem(PySequence sequence, Object index) {
        int at = position(index, sequence.items().size());
        return at < 0 ? null : sequence.items().get(at);
    }

    private static @Nullable Object textItem(String text, Object index) {
        if (!Numbers.isInt(index)) {
            return null;
        }
        int at = position(index, Chars.length(text));
        return at < 0 ? null : Chars.of(text.codePointAt(Chars.offset(text, at)));
    }

    /** Index into that many items, counted from the end if negative; -1 for none. */
    private static int position(Object index, int count) {
        if (!Numbers.isInt(index)) {
            return -1;
        }
        BigInteger at = Numbers.big(index);
        if (at.bitLength() > 31) {
            return -1;
        }
        long position = at.longValue() < 0 ? at.longValue() + count : at.longValue();
        return position >= 0 && position < count ? (int) position : -1;
    }

    static Object slice(Object value, SliceValue slice, Budget budget) {
        int length = sliceLength(value);
        Range range = Range.of(slice, length);
        budget.allocate(range.count());
        return switch (value) {
            case String text -> sliceText(text, range);
            case Markup markup -> new Markup(sliceText(markup.text(), range));
            case PyList list -> new PyList(pick(list.items(), range));
            case PyTuple tuple -> new PyTuple(pick(tuple.items(), range));
            case PyRange numbers -> numbers.slice(range.from(), range.count(), range.step());
            default -> throw new IllegalStateException("no slices of " + Py.typeName(value));
        };
    }

    static boolean isSliceable(Object value) {
        return Py.stringOrNull(value) != null || value instanceof PySequence || value instanceof PyRange;
    }

    private static int sliceLength(Object value) {
        return switch (value) {
            case String text -> Chars.length(text);
            case Markup markup -> Chars.length(markup.text());
            case PySequence sequence -> sequence.items().size();
            case PyRange range -> range.itemCount();
            case Undefined undefined -> throw undefined.error();
            case PyDict dict -> throw PyError.type("unhashable type: 'slice'");
            default -> throw PyError.type("'" + Py.typeName(value) + "' object is not subscriptable");
        };
    }

    /** The places a slice takes. */
    private record Range(int from, int count, int step) implements IntUnaryOperator {
        static Range of(SliceValue slice, int length) {
            long step = bound(slice.step(), 1);
            if (step == 0) {
                throw PyError.value("slice step cannot be zero");
            }
            boolean back = step < 0;
            long low = back ? -1 : 0;
            long high = back ? length - 1L : length;
            long from = clamp(bound(slice.start(), back ? Long.MAX_VALUE : 0), length, low, high, slice.start());
            long to = slice.stop() == PyNone.NONE
                    ? (back ? -1 : length)
                    : clamp(bound(slice.stop(), 0), length, low, high, slice.stop());
            long span = back ? from - to : to - from;
            long count = span <= 0 ? 0 : (span - 1) / Math.abs(step) + 1;
            int shortStep = Math.clamp(step, -Integer.MAX_VALUE, Integer.MAX_VALUE);
            return new Range((int) from, (int) count, shortStep);
        }

        private static long clamp(long at, int length, long low, long high, Object given) {
            long place = at < 0 && given != PyNone.NONE ? at + length : at;
            return Math.clamp(place, low, Math.max(low, high));
        }

        private static long bound(Object value, long fallback) {
            if (value == PyNone.NONE) {
                return fallback;
            }
            if (!Numbers.isInt(value)) {
                throw PyError.type("slice indices must be integers or None or have an __index__ method");
            }
            BigInteger big = Numbers.big(value);
            if (big.bitLength() > 40) {
                return big.signum() < 0 ? -(1L << 40) : 1L << 40;
            }
            return big.longValue();
        }

        @Override
        public int applyAsInt(int index) {
            return (int) (from + (long) index * step);
        }
    }

    private static String sliceText(String text, Range range) {
        if (range.step() == 1) {
            return Chars.slice(text, range.from(), range.from() + range.count());
        }
        int[] points = text.codePoints().toArray();
        StringBuilder out = new StringBuilder(range.count());
        for (int i = 0; i < range.count(); i++) {
            out.appendCodePoint(points[range.applyAsInt(i)]);
        }
        return out.toString();
    }

    private static List<Object> pick(List<Object> items, Range range) {
        if (range.step() == 1) {
            return List.copyOf(items.subList(range.from(), range.from() + range.count()));
        }
        List<Object> picked = new ArrayList<>(range.count());
        for (int i = 0; i < range.count(); i++) {
            picked.add(items.get(range.applyAsInt(i)));
        }
        return picked;
    }
}
