package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floats in the e, f and g formats, correctly rounded. Stateless; signs are the caller's. */
final class FloatFormat {
    /** No double has more digits than this behind its point; the rest are zeros. */
    private static final int MAX_REAL_DIGITS = 1100;

    private FloatFormat() {}

    /**
     * A magnitude as text.
     *
     * @param type e, f, g, or r for Python's repr
     * @param alternate whether the point stays, and g's zeros with it
     */
    static String format(double magnitude, char type, int precision, boolean alternate) {
        if (Double.isNaN(magnitude)) {
            return "nan";
        }
        if (Double.isInfinite(magnitude)) {
            return "inf";
        }
        return switch (type) {
            case 'f' -> fixed(new BigDecimal(magnitude), precision, alternate);
            case 'e' -> scientific(new BigDecimal(magnitude), precision, alternate);
            case 'g' -> general(new BigDecimal(magnitude), Math.max(1, precision), alternate);
            default -> FloatRepr.of(magnitude);
        };
    }

    private static String fixed(BigDecimal value, int precision, boolean alternate) {
        int real = Math.min(precision, MAX_REAL_DIGITS);
        String text = value.setScale(real, RoundingMode.HALF_EVEN).toPlainString() + "0".repeat(precision - real);
        return alternate && precision == 0 ? text + "." : text;
    }

    /** Digits rounded to a count, with the power of ten of the first. */
    private record Digits(String text, int exponent) {
        static Digits of(BigDecimal value, int count) {
            int real = Math.min(count, MAX_REAL_DIGITS);
            if (value.signum() == 0) {
                return new Digits("0".repeat(count), 0);
            }
            BigDecimal rounded = value.round(new MathContext(real, RoundingMode.HALF_EVEN));
            String text = rounded.unscaledValue().toString();
            int exponent = text.length() - 1 - rounded.scale();
            String padded =
                    text.length() >= count ? text.substring(0, count) : text + "0".repeat(count - text.length());
            return new Digits(padded, exponent);
        }
    }

    private static String scientific(BigDecimal value, int precision, boolean alternate) {
        Digits digits = Digits.of(value, precision + 1);
        return mantissa(digits.text(), alternate) + FloatRepr.exponent(digits.exponent());
    }

    private static String mantissa(String digits, boolean alternate) {
        boolean point = digits.length() > 1 || alternate;
        return digits.charAt(0) + (point ? "." : "") + digits.substring(1);
    }

    private static String general(BigDecimal value, int precision, boolean alternate) {
        Digits digits = Digits.of(value, precision);
        int exponent = digits.exponent();
        if (exponent < -4 || exponent >= precision) {
            String text = alternate ? digits.text() : stripZeros(digits.text(), 1);
            return mantissa(text, alternate) + FloatRepr.exponent(exponent);
        }
        String padded = exponent < 0 ? "0".repeat(-exponent) + digits.text() : digits.text();
        int whole = Math.max(exponent, 0) + 1;
        String text = alternate ? padded : stripZeros(padded, whole);
        boolean point = text.length() > whole || alternate;
        return text.substring(0, whole) + (point ? "." : "") + text.substring(whole);
    }

    private static String stripZeros(String digits, int keep) {
        int end = digits.length();
        while (end > keep && digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, end);
    }
}
