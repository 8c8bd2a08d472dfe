package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters of numbers. Stateless. */
final class NumberFilters {
    private NumberFilters() {}

    static void addTo(Map<String, FilterFunction> all) {
        all.put("abs", (in, value, arguments) -> {
            arguments.bind("abs", 0);
            return abs(value);
        });
        all.put("int", (in, value, arguments) -> toInt(value, arguments.bind("do_int", 0, "default", "base")));
        all.put("float", (in, value, arguments) -> toFloat(value, arguments.bind("do_float", 0, "default")));
        all.put("round", NumberFilters::round);
        all.put(
                "filesizeformat",
                (in, value, arguments) -> fileSize(
                        value, arguments.bind("do_filesizeformat", 0, "binary").truthy(0, false)));
    }

    private static Object abs(Object value) {
        if (value instanceof Double number) {
            return Math.abs(number);
        }
        if (!Numbers.isInt(value)) {
            throw PyError.type("bad operand type for abs(): '" + Py.typeName(value) + "'");
        }
        return Numbers.normal(Numbers.big(value).abs());
    }

    private static Object toInt(Object value, Bound bound) {
        Object fallback = bound.or(0, 0L);
        int base = bound.integer(1, 10);
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof Double number) {
            return Double.isNaN(number) ? fallback : Numbers.truncate(number);
        }
        if (Numbers.isInt(value)) {
            return Numbers.normal(Numbers.big(value));
        }
        String text = Py.stringOrNull(value);
        if (text == null) {
            return fallback;
        }
        Object parsed = base == 0 || (base >= 2 && base <= 36) ? IntText.parseInt(text, base) : null;
        if (parsed != null) {
            return parsed;
        }
        Double number = IntText.parseFloat(text);
        return number == null || number.isInfinite() || number.isNaN() ? fallback : Numbers.truncate(number);
    }

    private static Object toFloat(Object value, Bound bound) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (Numbers.isNumber(value)) {
            return Numbers.toDouble(value);
        }
        @Nullable String text = Py.stringOrNull(value);
        Double parsed = text == null ? null : IntText.parseFloat(text);
        return parsed == null ? bound.or(0, 0.0) : parsed;
    }

    private static Object round(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_round", 0, "precision", "method");
        int precision = bound.integer(0, 0);
        String method = bound.get(1) == null ? "common" : Repr.str(bound.or(1, "common"));
        if (!List.of("common", "ceil", "floor").contains(method)) {
            throw new PyError(PyError.Kind.FILTER_ARGUMENT, "method must be common, ceil or floor");
        }
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Numbers.isNumber(value)) {
            throw PyError.type("type " + Py.typeName(value) + " doesn't define __round__ method");
        }
        if (method.equals("common")) {
            return value instanceof Double number
                    ? roundFloat(number, precision)
                    : roundInt(Numbers.big(value), precision);
        }
        Object scale = Operators.binary(BinaryOp.POW, 10L, (long) precision, in.budget());
        Object scaled = Operators.binary(BinaryOp.MUL, value, scale, in.budget());
        Object whole = scaled instanceof Double number ? wholeOf(number, method) : scaled;
        return Operators.binary(BinaryOp.DIV, whole, scale, in.budget());
    }

    private static Object wholeOf(double number, String method) {
        return Numbers.truncate(method.equals("ceil") ? Math.ceil(number) : Math.floor(number));
    }

    /** Half to even on the exact value of the double, as CPython's correctly rounded conversion does. */
    private static Object roundFloat(double number, int precision) {
        if (Double.isNaN(number) || Double.isInfinite(number) || precision > 323) {
            return number;
        }
        if (precision < -308) {
            return Math.copySign(0.0, number);
        }
        double rounded = new BigDecimal(number)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .doubleValue();
        if (Double.isInfinite(rounded)) {
            throw new PyError(PyError.Kind.OVERFLOW, "rounded value too large to represent");
        }
        return Math.copySign(rounded, number);
    }

    private static Object roundInt(BigInteger number, int precision) {
        if (precision >= 0) {
            return Numbers.normal(number);
        }
        if (precision < -IntText.MAX_DIGITS * 8) {
            return 0L;
        }
        return Numbers.normal(new BigDecimal(number)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toBigInteger());
    }

    private static Object fileSize(Object value, boolean binary) {
        String text = Py.stringOrNull(value);
        Double parsed = text == null ? null : IntText.parseFloat(text);
        if (parsed == null && !Numbers.isNumber(value)) {
            throw value instanceof Undefined undefined
                    ? undefined.error()
                    : PyError.type(
                            "float() argument must be a string or a real number, not '" + Py.typeName(value) + "'");
        }
        double bytes = parsed == null ? Numbers.toDouble(value) : parsed;
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return Repr.str(Numbers.truncate(bytes)) + " Bytes";
        }
        String prefixes = "kMGTPEZY";
        double unit = base;
        for (int i = 0; i < prefixes.length(); i++) {
            unit *= base;
            if (bytes < unit || i == prefixes.length() - 1) {
                String prefix = binary ? TextCase.upper(prefixes.substring(i, i + 1)) + "iB" : prefixes.charAt(i) + "B";
                return FloatFormat.format(base * bytes / unit, 'f', 1, false) + " " + prefix;
            }
        }
        throw new IllegalStateException("unreachable");
    }
}
