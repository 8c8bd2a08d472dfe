package dev.javelin.bench;

import java.util.Locale;

/** What a figure counts, how it is written, and which way is better. */
public enum Unit {
    /** Short times. */
    MILLISECONDS("ms", true),
    /** Long times. */
    SECONDS("s", true),
    /** Throughput. */
    TOKENS_PER_SECOND("tok/s", false),
    /** A share of a whole. */
    PERCENT("%", false);

    private final String symbol;
    private final boolean lessIsBetter;

    Unit(String symbol, boolean lessIsBetter) {
        this.symbol = symbol;
        this.lessIsBetter = lessIsBetter;
    }

    /** As written after a number. */
    public String symbol() {
        return symbol;
    }

    /** A figure without its symbol, in digits that mean something. */
    public String number(double value) {
        int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** A figure with its symbol. */
    public String text(double value) {
        return number(value) + " " + symbol;
    }

    /** Which share of the best possible a figure is: 1 at the floor, less above it. */
    public double share(double value, double floor) {
        return lessIsBetter ? floor / value : value / floor;
    }
}
