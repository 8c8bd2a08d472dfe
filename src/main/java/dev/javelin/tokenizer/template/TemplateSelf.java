package dev.javelin.tokenizer.template;

import org.jspecify.annotations.Nullable;

/** The value of {@code self}: the template's blocks, callable by name. Confined to one render. */
record TemplateSelf(Interpreter interpreter, Context context) {
    @Nullable PyCallable block(String name) {
        Stmt.Block block = interpreter.blocks().get(name);
        return block == null ? null : (in, arguments) -> in.renderBlock(block, context);
    }
}
