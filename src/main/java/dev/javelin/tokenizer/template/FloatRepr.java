package dev.javelin.tokenizer.template;

import java.math.BigDecimal;
import java.math.MathContext;

/** {@code repr(float)}: the shortest text that reads back the same, laid out as Python does. Stateless. */
final class FloatRepr {
    private FloatRepr() {}

    static String of(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        // Double.toString gives the shortest digits since JDK 19 (Giulietti's algorithm), in another layout.
        BigDecimal digits = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        BigDecimal shorter = digits.round(new MathContext(1));
        if (shorter.doubleValue() == Math.abs(value)) {
            // Java never gives fewer than two digits, which shows in the smallest numbers only.
            digits = shorter.stripTrailingZeros();
        }
        String text = layOut(digits.unscaledValue().toString(), digits.precision() - digits.scale());
        return value < 0 ? "-" + text : text;
    }

    /** Lays out {@code 0.DIGITS * 10^point}: with an exponent below 1e-4 and from 1e16 on. */
    private static String layOut(String digits, int point) {
        if (point <= -4 || point > 16) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            return digits.charAt(0) + fraction + exponent(point - 1);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        if (digits.length() <= point) {
            return digits + "0".repeat(point - digits.length()) + ".0";
        }
        return digits.substring(0, point) + "." + digits.substring(point);
    }

    /** The exponent with its sign and at least two digits. */
    static String exponent(int power) {
        int size = Math.abs(power);
        return "e" + (power < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }
}
