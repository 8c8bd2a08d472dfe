package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Methods of list and tuple that change nothing. Stateless. */
final class ListMethods {
    private ListMethods() {}

    static @Nullable PyCallable bind(PySequence sequence, String name) {
        List<Object> items = sequence.items();
        return switch (name) {
            case "count" ->
                (in, arguments) -> {
                    Object wanted = arguments.positionalOnly(name, 1, 1).required(0);
                    long count = 0;
                    for (Object item : items) {
                        in.budget().step();
                        count += Comparison.same(item, wanted) || Comparison.equal(item, wanted, in.budget()) ? 1 : 0;
                    }
                    return count;
                };
            case "index" -> (in, arguments) -> index(sequence, arguments.positionalOnly(name, 1, 3), in.budget());
            case "copy" ->
                (in, arguments) -> {
                    arguments.positionalOnly(name, 0, 0);
                    in.budget().allocate(items.size());
                    return new PyList(new ArrayList<>(items));
                };
            default -> null;
        };
    }

    private static Object index(PySequence sequence, Bound bound, Budget budget) {
        List<Object> items = sequence.items();
        int from = place(bound.integer(1, 0), items.size());
        int to = place(bound.integer(2, items.size()), items.size());
        for (int i = from; i < to; i++) {
            budget.step();
            if (Comparison.same(items.get(i), bound.required(0))
                    || Comparison.equal(items.get(i), bound.required(0), budget)) {
                return (long) i;
            }
        }
        throw PyError.value(Repr.repr(bound.required(0)) + " is not in " + Py.typeName(sequence));
    }

    private static int place(int index, int count) {
        return Math.clamp(index < 0 ? (long) index + count : index, 0, count);
    }
}
