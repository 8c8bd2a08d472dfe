package dev.javelin.tokenizer.template;

/** Something a template can call. Implementations hold no state that outlives a render. */
@FunctionalInterface
interface PyCallable {
    /** Calls it; fails with a {@link PyError} as Python would. */
    Object call(Interpreter interpreter, Arguments arguments);
}
