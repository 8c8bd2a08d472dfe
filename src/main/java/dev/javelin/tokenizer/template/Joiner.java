package dev.javelin.tokenizer.template;

import org.jspecify.annotations.Nullable;

/**
 * The value of {@code joiner(separator)}: gives nothing when first called, then the separator. Confined to one render.
 */
final class Joiner implements PyCallable {
    private final Object separator;
    private boolean used;

    Joiner(Object separator) {
        this.separator = separator;
    }

    @Override
    public Object call(Interpreter interpreter, Arguments arguments) {
        arguments.positionalOnly("joiner", 0, 0);
        if (used) {
            return separator;
        }
        used = true;
        return "";
    }

    @Nullable Object attribute(String name) {
        return switch (name) {
            case "sep" -> separator;
            case "used" -> used;
            default -> null;
        };
    }
}
