package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parameters and body of a macro or call block. Immutable but for its layout.
 *
 * @param name null for a call block
 * @param defaults for the last parameters
 */
record MacroBody(
        @Nullable String name, List<Expr.Name> parameters, List<Expr> defaults, List<Stmt> body, MacroLayout layout) {
    List<Node> children() {
        List<Node> all = new ArrayList<>(parameters);
        all.addAll(defaults);
        all.addAll(body);
        return all;
    }

    /** The default of that parameter, or null. */
    @Nullable Expr defaultOf(int parameter) {
        int index = parameter - (parameters.size() - defaults.size());
        return index >= 0 ? defaults.get(index) : null;
    }
}
