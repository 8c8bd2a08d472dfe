package dev.javelin.tokenizer.template;

/** Scope of a macro. Filled once by the {@link Resolver}, only read afterwards. */
final class MacroLayout {
    final FrameLayout frame = new FrameLayout();
    final FunctionScope function = new FunctionScope();
    final Binding caller = new Binding();
    final Binding kwargs = new Binding();
    final Binding varargs = new Binding();
    boolean catchesCaller;
    boolean catchesKwargs;
    boolean catchesVarargs;
}
