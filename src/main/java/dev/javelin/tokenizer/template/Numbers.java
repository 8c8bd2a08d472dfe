package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic of Python's bool, int and float. Stateless. An int is a Long, or a BigInteger where it does not fit one;
 * every result is brought to that form.
 */
final class Numbers {
    /** Bits of the largest int a template may make. */
    private static final int MAX_BITS = 100_000;

    private static final long EXACT_DOUBLE = 1L << 53;
    private static final MathContext DIVISION = new MathContext(60);

    private Numbers() {}

    static boolean isInt(Object value) {
        return value instanceof Long || value instanceof Boolean || value instanceof BigInteger;
    }

    static boolean isNumber(Object value) {
        return value instanceof Double || isInt(value);
    }

    /** An int as Java's big one. */
    static BigInteger big(Object value) {
        return switch (value) {
            case Long number -> BigInteger.valueOf(number);
            case Boolean flag -> flag ? BigInteger.ONE : BigInteger.ZERO;
            case BigInteger number -> number;
            default -> throw new IllegalArgumentException("not an int: " + Py.typeName(value));
        };
    }

    static Object normal(BigInteger value) {
        if (value.bitLength() < 64) {
            return value.longValue();
        }
        if (value.bitLength() > MAX_BITS) {
            throw tooBig(value.bitLength());
        }
        return value;
    }

    private static PyError tooBig(long bits) {
        return PyError.limit("an integer of " + bits + " bits passes the limit of " + MAX_BITS + " bits");
    }

    static double toDouble(Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number.doubleValue();
            case Boolean flag -> flag ? 1 : 0;
            case BigInteger number -> {
                double result = number.doubleValue();
                if (Double.isInfinite(result)) {
                    throw new PyError(PyError.Kind.OVERFLOW, "int too large to convert to float");
                }
                yield result;
            }
            default -> throw new IllegalArgumentException("not a number: " + Py.typeName(value));
        };
    }

    /** The result, or null if either operand is no number. */
    static @Nullable Object arithmetic(BinaryOp op, Object left, Object right, Budget budget) {
        if (left instanceof Long a && right instanceof Long b) {
            Object quick = longs(op, a, b);
            if (quick != null) {
                return quick;
            }
        }
        if (isInt(left) && isInt(right)) {
            BigInteger a = big(left);
            BigInteger b = big(right);
            budget.steps((a.bitLength() + b.bitLength()) / 64);
            return integers(op, a, b);
        }
        if (isNumber(left) && isNumber(right)) {
            return floats(op, toDouble(left), toDouble(right));
        }
        return null;
    }

    /** The result where it cannot overflow a long, else null. */
    private static @Nullable Object longs(BinaryOp op, long a, long b) {
        return switch (op) {
            case ADD -> {
                long sum = a + b;
                yield ((a ^ sum) & (b ^ sum)) < 0 ? null : (Object) sum;
            }
            case SUB -> {
                long difference = a - b;
                yield ((a ^ b) & (a ^ difference)) < 0 ? null : (Object) difference;
            }
            case MUL -> Math.abs(a) < Integer.MAX_VALUE && Math.abs(b) < Integer.MAX_VALUE ? (Object) (a * b) : null;
            case MOD -> b == 0 ? null : (Object) Math.floorMod(a, b);
            case DIV, FLOORDIV, POW -> null;
        };
    }

    private static Object integers(BinaryOp op, BigInteger a, BigInteger b) {
        return switch (op) {
            case ADD -> normal(a.add(b));
            case SUB -> normal(a.subtract(b));
            case MUL -> {
                checkBits((long) a.bitLength() + b.bitLength());
                yield normal(a.multiply(b));
            }
            case DIV -> divide(a, b);
            case FLOORDIV -> normal(floorDivide(a, b)[0]);
            case MOD -> normal(floorDivide(a, b)[1]);
            case POW -> power(a, b);
        };
    }

    private static void checkBits(long bits) {
        if (bits > MAX_BITS + 64L) {
            throw tooBig(bits);
        }
    }

    private static Object divide(BigInteger a, BigInteger b) {
        if (b.signum() == 0) {
            throw new PyError(PyError.Kind.ZERO_DIVISION, "division by zero");
        }
        if (a.bitLength() <= 53 && b.bitLength() <= 53) {
            return a.doubleValue() / b.doubleValue();
        }
        double result = new BigDecimal(a).divide(new BigDecimal(b), DIVISION).doubleValue();
        if (Double.isInfinite(result)) {
            throw new PyError(PyError.Kind.OVERFLOW, "integer division result too large for a float");
        }
        return result;
    }

    private static BigInteger[] floorDivide(BigInteger a, BigInteger b) {
        if (b.signum() == 0) {
            throw new PyError(PyError.Kind.ZERO_DIVISION, "integer division or modulo by zero");
        }
        BigInteger[] parts = a.divideAndRemainder(b);
        if (parts[1].signum() != 0 && parts[1].signum() != b.signum()) {
            parts[0] = parts[0].subtract(BigInteger.ONE);
            parts[1] = parts[1].add(b);
        }
        return parts;
    }

    private static Object power(BigInteger base, BigInteger exponent) {
        if (exponent.signum() < 0) {
            return floatPower(toDouble(base), toDouble(exponent));
        }
        if (base.abs().bitLength() <= 1) {
            boolean odd = exponent.testBit(0);
            return normal(exponent.signum() == 0 || (base.signum() < 0 && !odd) ? BigInteger.ONE : base);
        }
        if (exponent.bitLength() > 31) {
            throw tooBig(Long.MAX_VALUE);
        }
        checkBits((base.abs().bitLength() - 1L) * exponent.intValue());
        return normal(base.pow(exponent.intValue()));
    }

    private static Object floats(BinaryOp op, double a, double b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> {
                requireNotZero(b, "float division by zero");
                yield a / b;
            }
            case FLOORDIV -> {
                requireNotZero(b, "float floor division by zero");
                yield floorQuotient(a, b);
            }
            case MOD -> {
                requireNotZero(b, "float modulo");
                yield modulo(a, b);
            }
            case POW -> floatPower(a, b);
        };
    }

    private static void requireNotZero(double divisor, String message) {
        if (divisor == 0) {
            throw new PyError(PyError.Kind.ZERO_DIVISION, message);
        }
    }

    private static double modulo(double a, double b) {
        double rest = a % b;
        if (rest == 0) {
            return Math.copySign(0.0, b);
        }
        return (b < 0) == (rest < 0) ? rest : rest + b;
    }

    /** As CPython's float_floor_div: the quotient of what is left without the remainder, rounded to a whole number. */
    private static double floorQuotient(double a, double b) {
        double rest = a % b;
        double quotient = (a - rest) / b;
        if (rest != 0 && (b < 0) != (rest < 0)) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0.0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double floatPower(double a, double b) {
        if (a == 0 && b < 0) {
            throw new PyError(PyError.Kind.ZERO_DIVISION, "0.0 cannot be raised to a negative power");
        }
        if (a == 1 || b == 0) {
            return 1;
        }
        if (a == -1 && Double.isInfinite(b)) {
            return 1;
        }
        if (a < 0 && b != Math.rint(b) && !Double.isInfinite(b) && !Double.isNaN(b)) {
            throw PyError.value("complex numbers are not supported in chat templates");
        }
        double result = Math.pow(a, b);
        if (Double.isInfinite(result) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
            throw new PyError(PyError.Kind.OVERFLOW, "(34, 'Numerical result out of range')");
        }
        return result;
    }

    /** Sign of {@code a - b}; NaN must be kept out by the caller. */
    static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (isInt(a) && isInt(b)) {
            return big(a).compareTo(big(b));
        }
        if (exact(a) && exact(b)) {
            double x = toDouble(a);
            double y = toDouble(b);
            return x < y ? -1 : x > y ? 1 : 0;
        }
        return mixedCompare(a, b);
    }

    private static boolean exact(Object value) {
        return switch (value) {
            case Double number -> true;
            case Boolean flag -> true;
            case Long number -> number > -EXACT_DOUBLE && number < EXACT_DOUBLE;
            default -> false;
        };
    }

    private static int mixedCompare(Object a, Object b) {
        if (a instanceof Double x && Double.isInfinite(x)) {
            return x > 0 ? 1 : -1;
        }
        if (b instanceof Double y && Double.isInfinite(y)) {
            return y > 0 ? -1 : 1;
        }
        return decimal(a).compareTo(decimal(b));
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof Double number ? new BigDecimal(number) : new BigDecimal(big(value));
    }

    static boolean isNaN(Object value) {
        return value instanceof Double number && Double.isNaN(number);
    }

    static Object negate(Object value) {
        return switch (value) {
            case Double number -> -number;
            case Long number when number != Long.MIN_VALUE -> -number;
            default -> normal(big(value).negate());
        };
    }

    /** {@code int(value)} of a float. */
    static Object truncate(double value) {
        if (Double.isNaN(value)) {
            throw PyError.value("cannot convert float NaN to integer");
        }
        if (Double.isInfinite(value)) {
            throw new PyError(PyError.Kind.OVERFLOW, "cannot convert float infinity to integer");
        }
        return normal(new BigDecimal(value).toBigInteger());
    }
}
