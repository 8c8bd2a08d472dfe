package dev.javelin.tokenizer.template;

import java.util.HashMap;
import java.util.Map;

/**
 * Slots of one function of the compiled template. Filled once by the {@link Resolver}, only read afterwards. Scopes at
 * the same level of one function share a name's slot, as they share a local variable in Jinja's generated Python.
 */
final class FunctionScope {
    private final Map<String, Integer> slots = new HashMap<>();
    private int nesting;

    void nestIn(FunctionScope outer) {
        nesting = outer.nesting + 1;
    }

    int nesting() {
        return nesting;
    }

    int slotOf(String identifier) {
        Integer slot = slots.get(identifier);
        if (slot == null) {
            slot = slots.size();
            slots.put(identifier, slot);
        }
        return slot;
    }

    int slotCount() {
        return slots.size();
    }
}
