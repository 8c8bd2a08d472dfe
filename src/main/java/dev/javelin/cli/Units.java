package dev.javelin.cli;

import java.util.Locale;

/** Amounts for people, in powers of 1000 and three digits. Stateless. */
final class Units {
    private static final String PREFIXES = " kMGTP";

    private Units() {}

    /** Bytes, e.g. {@code 97.2 MB}. */
    static String bytes(long byteCount) {
        return scaled(byteCount, "B");
    }

    /** A count, e.g. {@code 134.5 M}. */
    static String count(long count) {
        return scaled(count, "").strip();
    }

    private static String scaled(long amount, String unit) {
        double value = amount;
        int power = 0;
        // 999.95 and more would be written 1000.0
        while (value >= (power == 0 ? 1000 : 999.95) && power < PREFIXES.length() - 1) {
            value /= 1000;
            power++;
        }
        if (power == 0) {
            return amount + " " + unit;
        }
        String format = value < 9.995 ? "%.2f %c%s" : "%.1f %c%s";
        return String.format(Locale.ROOT, format, value, PREFIXES.charAt(power), unit);
    }
}
