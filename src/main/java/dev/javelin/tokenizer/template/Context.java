package dev.javelin.tokenizer.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names given to the template plus those it sets at its top level, which blocks see. Confined to one render. */
final class Context {
    private final Map<String, Object> given;
    private final Map<String, Object> set = new HashMap<>();

    Context(Map<String, Object> given) {
        this.given = given;
    }

    @Nullable Object resolve(String name) {
        Object value = set.get(name);
        return value != null ? value : given.get(name);
    }

    void set(String name, @Nullable Object value) {
        if (value != null) {
            set.put(name, value);
        }
    }

    /** A context that also knows the given local names: what a scoped block sees. */
    Context derive(Map<String, Object> locals) {
        Map<String, Object> all = new HashMap<>(given);
        all.putAll(set);
        all.putAll(locals);
        return new Context(all);
    }
}
