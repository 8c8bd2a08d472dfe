package dev.javelin.tokenizer.template;

import java.util.List;

/** A node of the syntax tree. Immutable but for its bindings, which the resolver fills once. */
sealed interface Node permits Expr, Stmt {
    /** Direct children in the order Jinja visits them. */
    List<Node> children();
}
