package dev.javelin.tokenizer.template;

import java.util.List;

/** Python's list. Compared by {@link Comparison}, never by {@code equals}; identity is Python's {@code is}. */
final class PyList implements PySequence {
    private final List<Object> items;

    PyList(List<Object> items) {
        this.items = items;
    }

    @Override
    public List<Object> items() {
        return items;
    }
}
