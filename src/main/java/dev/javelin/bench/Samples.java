package dev.javelin.bench;

import java.util.Arrays;
import java.util.Collection;

/** Numbers of one kind, in ascending order. Immutable. */
public final class Samples {
    private final double[] ascending;

    private Samples(double[] ascending) {
        this.ascending = ascending;
    }

    /**
     * Copies and sorts.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Samples of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Samples(sorted);
    }

    /** The same of a collection. */
    public static Samples of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** How many. */
    public int count() {
        return ascending.length;
    }

    /** The smallest. */
    public double least() {
        return ascending[0];
    }

    /** The largest. */
    public double most() {
        return ascending[ascending.length - 1];
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        return percentile(50);
    }

    /** The arithmetic mean. */
    public double mean() {
        return Arrays.stream(ascending).average().orElseThrow();
    }

    /**
     * The number below which a share of the others lie, interpolated between neighbours (as NumPy does by default).
     *
     * @param percent 0 to 100
     */
    public double percentile(double percent) {
        double place = percent / 100 * (ascending.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
    }
}
