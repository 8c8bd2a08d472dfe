package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers from text, as Python's {@code int(text, base)} and {@code float(text)} read it. Stateless. */
final class IntText {
    /** CPython refuses to convert longer decimal integers in either direction. */
    static final int MAX_DIGITS = 4300;

    /** Digits in a power of two: what the limit of an integer's bits allows anyway. */
    private static final int MAX_PLAIN_DIGITS = 100_000;

    private IntText() {}

    /** The int, or null if the text is none. */
    static @Nullable Object parseInt(String text, int base) {
        String body = digits(strip(text));
        boolean negative = body.startsWith("-");
        if (negative || body.startsWith("+")) {
            body = body.substring(1);
        }
        int radix = base;
        int prefixed = prefixRadix(body);
        if (prefixed != 0 && (base == 0 || base == prefixed)) {
            radix = prefixed;
            body = body.substring(body.startsWith("_", 2) ? 3 : 2);
        } else if (base == 0) {
            radix = 10;
            if (body.length() > 1
                    && body.startsWith("0")
                    && !body.replace("_", "").matches("0+")) {
                return null;
            }
        }
        if (!isNumber(body, radix)) {
            return null;
        }
        String plain = body.replace("_", "");
        if (plain.length() > MAX_DIGITS && Integer.bitCount(radix) != 1) {
            return null;
        }
        if (plain.length() > MAX_PLAIN_DIGITS) {
            throw PyError.limit("an integer of " + plain.length() + " digits passes the limit of " + MAX_PLAIN_DIGITS);
        }
        BigInteger value = new BigInteger(plain, radix);
        return Numbers.normal(negative ? value.negate() : value);
    }

    private static int prefixRadix(String body) {
        if (body.length() < 3 || body.charAt(0) != '0') {
            return 0;
        }
        return switch (body.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
        };
    }

    private static boolean isNumber(String body, int radix) {
        boolean lastUnderscore = true;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '_' ? lastUnderscore : c >= 128 || Character.digit(c, radix) < 0) {
                return false;
            }
            lastUnderscore = c == '_';
        }
        return !lastUnderscore;
    }

    /** The float, or null if the text is none. */
    static @Nullable Double parseFloat(String text) {
        String body = digits(strip(text));
        String unsigned = body.startsWith("-") || body.startsWith("+") ? body.substring(1) : body;
        double sign = body.startsWith("-") ? -1 : 1;
        switch (unsigned.toLowerCase(Locale.ROOT)) {
            case "inf", "infinity" -> {
                return sign * Double.POSITIVE_INFINITY;
            }
            case "nan" -> {
                return Double.NaN;
            }
            default -> {}
        }
        if (!isFloat(unsigned)) {
            return null;
        }
        return sign * Double.parseDouble(unsigned.replace("_", ""));
    }

    private static boolean isFloat(String text) {
        int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
        String mantissa = exponent < 0 ? text : text.substring(0, exponent);
        if (exponent >= 0) {
            String power = text.substring(exponent + 1);
            if (!isNumber(power.startsWith("-") || power.startsWith("+") ? power.substring(1) : power, 10)) {
                return false;
            }
        }
        int point = mantissa.indexOf('.');
        if (point < 0) {
            return isNumber(mantissa, 10);
        }
        String whole = mantissa.substring(0, point);
        String fraction = mantissa.substring(point + 1);
        return (!whole.isEmpty() || !fraction.isEmpty())
                && (whole.isEmpty() || isNumber(whole, 10))
                && (fraction.isEmpty() || isNumber(fraction, 10));
    }

    /** Decimal digits of any script as ASCII ones. */
    private static String digits(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c >= 128 && Chars.isDecimal(c)) {
                out.append((char) ('0' + Character.digit(c, 10)));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static String strip(String text) {
        return TextCase.strip(text, null, true, true);
    }
}
