package dev.javelin.tokenizer.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of {@code cycler(...)}. Confined to one render. */
final class Cycler {
    private final List<Object> items;
    private int position;

    Cycler(List<Object> items) {
        if (items.isEmpty()) {
            throw new PyError(PyError.Kind.RUNTIME, "at least one item has to be provided");
        }
        this.items = items;
    }

    @Nullable Object attribute(String name) {
        return switch (name) {
            case "current" -> items.get(position);
            case "items" -> new PyTuple(items);
            case "pos" -> (long) position;
            case "next" ->
                (PyCallable) (in, arguments) -> {
                    Object current = items.get(position);
                    position = (position + 1) % items.size();
                    return current;
                };
            case "reset" ->
                (PyCallable) (in, arguments) -> {
                    position = 0;
                    return PyNone.NONE;
                };
            default -> null;
        };
    }
}
