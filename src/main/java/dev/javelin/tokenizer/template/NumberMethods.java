package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Attributes and methods of int, bool and float. Stateless. */
final class NumberMethods {
    private NumberMethods() {}

    static @Nullable Object bind(Object number, String name) {
        return switch (name) {
            case "real" -> number instanceof Boolean ? Numbers.normal(Numbers.big(number)) : number;
            case "imag" -> number instanceof Double ? (Object) 0.0 : (Object) 0L;
            case "conjugate" -> method(name, number);
            case "as_integer_ratio" -> (PyCallable) (in, arguments) -> ratio(number);
            default -> number instanceof Double value ? floatMember(value, name) : intMember(number, name);
        };
    }

    private static @Nullable Object floatMember(double value, String name) {
        return name.equals("is_integer") ? method(name, value == Math.rint(value) && !Double.isInfinite(value)) : null;
    }

    private static @Nullable Object intMember(Object number, String name) {
        BigInteger value = Numbers.big(number);
        return switch (name) {
            case "numerator" -> Numbers.normal(value);
            case "denominator" -> 1L;
            case "bit_length" -> method(name, (long) value.abs().bitLength());
            case "bit_count" -> method(name, (long) value.abs().bitCount());
            default -> null;
        };
    }

    private static PyCallable method(String name, Object result) {
        return (in, arguments) -> {
            arguments.positionalOnly(name, 0, 0);
            return result;
        };
    }

    private static Object ratio(Object number) {
        if (!(number instanceof Double value)) {
            return PyTuple.of(Numbers.normal(Numbers.big(number)), 1L);
        }
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw PyError.value("cannot convert " + FloatRepr.of(value) + " to integer ratio");
        }
        BigDecimal exact = new BigDecimal(value);
        BigInteger bottom = BigInteger.TEN.pow(Math.max(0, exact.scale()));
        BigInteger top = exact.multiply(new BigDecimal(bottom)).toBigIntegerExact();
        BigInteger common = top.gcd(bottom).max(BigInteger.ONE);
        return PyTuple.of(Numbers.normal(top.divide(common)), Numbers.normal(bottom.divide(common)));
    }
}
