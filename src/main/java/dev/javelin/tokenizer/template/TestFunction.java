package dev.javelin.tokenizer.template;

/** A test, what follows {@code is}. Stateless. */
@FunctionalInterface
interface TestFunction {
    /** Whether the value passes; fails with a {@link PyError} as Python would. */
    boolean test(Interpreter interpreter, Object value, Arguments arguments);
}
