package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the variables of one scope start and end. Filled once by the {@link Resolver}, only read afterwards.
 *
 * <p>On entry a variable is looked up in the context, copied from an outer scope, unset, or left alone (parameters). On
 * leaving, all become unset, as in the Python that Jinja generates.
 */
final class FrameLayout {
    /** One variable's start. */
    sealed interface Load {
        /** Slot in the activation the scope runs in. */
        int slot();

        /** Set by whoever enters the scope. */
        record Parameter(int slot) implements Load {}

        /** Looked up by name in the context. */
        record Resolve(int slot, String name) implements Load {}

        /** Copied from a variable further out. */
        record Alias(int slot, Binding source) implements Load {}

        /** Unset. */
        record Unset(int slot) implements Load {}
    }

    private final List<Load> loads = new ArrayList<>();

    void add(Load load) {
        loads.add(load);
    }

    void enter(Activation activation) {
        @Nullable Object[] cells = activation.cells;
        for (int i = 0; i < loads.size(); i++) {
            switch (loads.get(i)) {
                case Load.Parameter parameter -> {}
                case Load.Resolve(int slot, String name) -> cells[slot] = activation.context.resolve(name);
                case Load.Alias(int slot, Binding source) -> cells[slot] = source.read(activation);
                case Load.Unset(int slot) -> cells[slot] = null;
            }
        }
    }

    void leave(Activation activation) {
        for (int i = 0; i < loads.size(); i++) {
            activation.cells[loads.get(i).slot()] = null;
        }
    }
}
