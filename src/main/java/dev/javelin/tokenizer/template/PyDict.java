package dev.javelin.tokenizer.template;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's dict: insertion order, keys equal as Python has it ({@code 1 == 1.0 == True}). Filled by its maker, then
 * never changed: templates cannot.
 */
final class PyDict {
    /** A key as first given, with its value. */
    record Entry(Object key, Object value) {}

    private final Map<Object, Entry> entries;

    PyDict() {
        this.entries = new LinkedHashMap<>();
    }

    PyDict(int expectedCount) {
        this.entries = LinkedHashMap.newLinkedHashMap(expectedCount);
    }

    void put(Object key, Object value) {
        Object hashKey = Comparison.hashKey(key);
        Entry old = entries.get(hashKey);
        entries.put(hashKey, new Entry(old == null ? key : old.key(), value));
    }

    void putAll(PyDict other) {
        other.entries().forEach(entry -> put(entry.key(), entry.value()));
    }

    @Nullable Object get(Object key) {
        Entry entry = entries.get(Comparison.hashKey(key));
        return entry == null ? null : entry.value();
    }

    boolean contains(Object key) {
        return entries.containsKey(Comparison.hashKey(key));
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    int itemCount() {
        return entries.size();
    }
}
