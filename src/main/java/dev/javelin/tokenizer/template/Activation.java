package dev.javelin.tokenizer.template;

import org.jspecify.annotations.Nullable;

/**
 * The variables of one running function: the template, a block, a macro or a recursive loop. Confined to one render. A
 * null cell is a variable that is not set.
 */
final class Activation {
    final @Nullable Object[] cells;
    final Context context;
    private final @Nullable Activation outer;

    Activation(int slotCount, Context context, @Nullable Activation outer) {
        this.cells = new @Nullable Object[slotCount];
        this.context = context;
        this.outer = outer;
    }

    Activation outer() {
        if (outer == null) {
            throw new IllegalStateException("binding points outside its function");
        }
        return outer;
    }
}
