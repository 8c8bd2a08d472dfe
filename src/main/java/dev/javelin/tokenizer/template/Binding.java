package dev.javelin.tokenizer.template;

import org.jspecify.annotations.Nullable;

/**
 * Where a name lives at run time: how many activations out, and in which slot. Written once by the {@link Resolver}
 * while the template is compiled, only read afterwards; published safely by the final field of the template.
 */
final class Binding {
    private int hops;
    private int slot = -1;

    void bind(int activationHops, int slotIndex) {
        this.hops = activationHops;
        this.slot = slotIndex;
    }

    @Nullable Object read(Activation activation) {
        return owner(activation).cells[slot];
    }

    void write(Activation activation, @Nullable Object value) {
        owner(activation).cells[slot] = value;
    }

    private Activation owner(Activation activation) {
        Activation owner = activation;
        for (int i = hops; i > 0; i--) {
            owner = owner.outer();
        }
        return owner;
    }
}
