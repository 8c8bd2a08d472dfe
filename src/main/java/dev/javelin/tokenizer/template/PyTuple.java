package dev.javelin.tokenizer.template;

import java.util.List;

/** Python's tuple, or the named one that groupby gives. Compared by {@link Comparison}, never by {@code equals}. */
final class PyTuple implements PySequence {
    private final List<Object> items;
    private final boolean group;

    PyTuple(List<Object> items) {
        this(items, false);
    }

    private PyTuple(List<Object> items, boolean group) {
        this.items = items;
        this.group = group;
    }

    static PyTuple of(Object... items) {
        return new PyTuple(List.of(items));
    }

    /** A pair whose parts are also attributes, {@code grouper} and {@code list}. */
    static PyTuple group(Object grouper, PyList members) {
        return new PyTuple(List.of(grouper, members), true);
    }

    @Override
    public List<Object> items() {
        return items;
    }

    boolean isGroup() {
        return group;
    }
}
