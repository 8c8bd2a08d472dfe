package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments written at a call, filter or test. Immutable.
 *
 * @param positional in order
 * @param names names of the keyword arguments, each at most once
 * @param values their values, same order
 * @param spread what follows a star, or null
 * @param spreadNamed what follows two stars, or null
 */
record CallArguments(
        List<Expr> positional,
        List<String> names,
        List<Expr> values,
        @Nullable Expr spread,
        @Nullable Expr spreadNamed) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), List.of(), null, null);

    List<Node> children() {
        List<Node> all = new ArrayList<>(positional);
        all.addAll(values);
        if (spread != null) {
            all.add(spread);
        }
        if (spreadNamed != null) {
            all.add(spreadNamed);
        }
        return all;
    }

    boolean isEmpty() {
        return positional.isEmpty() && names.isEmpty() && spread == null && spreadNamed == null;
    }
}
