package dev.javelin.tokenizer.template;

/** Scopes of a for loop. Filled once by the {@link Resolver}, only read afterwards. */
final class ForLayout {
    final FrameLayout body = new FrameLayout();
    final FrameLayout test = new FrameLayout();
    final FrameLayout otherwise = new FrameLayout();

    /** Where {@code loop} lives, if the loop is extended. */
    final Binding loop = new Binding();

    /** Slots of a recursive loop's own function. */
    final FunctionScope function;

    boolean extended;

    ForLayout(FunctionScope function) {
        this.function = function;
    }
}
