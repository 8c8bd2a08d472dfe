package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Python's {@code sorted}: stable, by "less than" alone. Stateless. A merge sort of our own, since NaN breaks Java's.
 */
final class Sorting {
    /** Whether one key goes before another. */
    @FunctionalInterface
    interface Less {
        boolean test(Object a, Object b, Budget budget);
    }

    private record Keyed<T>(Object key, T item) {}

    private Sorting() {}

    static <T> List<T> sorted(List<T> items, Function<T, Object> key, Less less, Budget budget) {
        List<Keyed<T>> keyed = new ArrayList<>(items.size());
        for (T item : items) {
            keyed.add(new Keyed<>(key.apply(item), item));
        }
        List<T> result = new ArrayList<>(items.size());
        mergeSort(keyed, less, budget).forEach(entry -> result.add(entry.item()));
        return result;
    }

    /** As {@code sorted(items, key=key, reverse=reverse)}: equal items keep their order either way. */
    static List<Object> sorted(List<Object> items, Function<Object, Object> key, boolean reverse, Budget budget) {
        List<Object> input = new ArrayList<>(items);
        if (reverse) {
            Collections.reverse(input);
        }
        List<Object> result = sorted(input, key, Comparison::less, budget);
        if (reverse) {
            Collections.reverse(result);
        }
        return result;
    }

    private static <T> List<Keyed<T>> mergeSort(List<Keyed<T>> items, Less less, Budget budget) {
        if (items.size() < 2) {
            return items;
        }
        int middle = items.size() / 2;
        List<Keyed<T>> left = mergeSort(items.subList(0, middle), less, budget);
        List<Keyed<T>> right = mergeSort(items.subList(middle, items.size()), less, budget);
        List<Keyed<T>> merged = new ArrayList<>(items.size());
        int i = 0;
        int j = 0;
        while (i < left.size() && j < right.size()) {
            budget.step();
            boolean takeRight = less.test(right.get(j).key(), left.get(i).key(), budget);
            merged.add(takeRight ? right.get(j++) : left.get(i++));
        }
        merged.addAll(left.subList(i, left.size()));
        merged.addAll(right.subList(j, right.size()));
        return merged;
    }
}
