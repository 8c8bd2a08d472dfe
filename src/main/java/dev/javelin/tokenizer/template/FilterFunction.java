package dev.javelin.tokenizer.template;

/** A filter. Stateless. */
@FunctionalInterface
interface FilterFunction {
    /** The filtered value; fails with a {@link PyError} as Python would. */
    Object apply(Interpreter interpreter, Object value, Arguments arguments);
}
