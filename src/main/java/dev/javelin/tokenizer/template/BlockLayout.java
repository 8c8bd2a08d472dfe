package dev.javelin.tokenizer.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** Scope of a block or of the template itself. Filled once by the {@link Resolver}, only read afterwards. */
final class BlockLayout {
    final FrameLayout frame = new FrameLayout();
    final FunctionScope function = new FunctionScope();

    /** Where {@code self} lives, if the body reads it. */
    final Binding self = new Binding();

    /** Where {@code super} lives, if the body reads it. */
    final Binding superBlock = new Binding();

    boolean readsSelf;
    boolean readsSuper;

    /** Local names that a scoped block sees, bound in the scope it stands in. */
    final Map<String, Binding> visible = new LinkedHashMap<>();
}
