package dev.javelin.tokenizer.template;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One render: walks the statements of a template and writes its text. Confined to one thread. */
final class Interpreter {
    /** How a body ended. */
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    private final Budget budget;
    private final Clock clock;
    private final Map<String, Stmt.Block> blocks;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();

    Interpreter(TemplateLimits limits, Clock clock, Map<String, Stmt.Block> blocks) {
        this.budget = new Budget(limits);
        this.clock = clock;
        this.blocks = blocks;
        this.evaluator = new Evaluator(this);
    }

    Budget budget() {
        return budget;
    }

    Clock clock() {
        return clock;
    }

    Map<String, Stmt.Block> blocks() {
        return blocks;
    }

    Object evaluate(Expr expr, Activation activation) {
        return evaluator.evaluate(expr, activation);
    }

    String render(List<Stmt> body, BlockLayout layout, Context context) {
        return capture(body, enterFunction(layout, context));
    }

    private Activation enterFunction(BlockLayout layout, Context context) {
        Activation activation = new Activation(layout.function.slotCount(), context, null);
        layout.frame.enter(activation);
        if (layout.readsSelf) {
            layout.self.write(activation, new TemplateSelf(this, context));
        }
        if (layout.readsSuper) {
            layout.superBlock.write(activation, Undefined.hint("there is no parent block"));
        }
        return activation;
    }

    Object renderBlock(Stmt.Block block, Context context) {
        if (block.required()) {
            throw new PyError(PyError.Kind.RUNTIME, "Required block '" + block.name() + "' not found");
        }
        return capture(block.body(), enterFunction(block.layout(), context));
    }

    /** The text that statements write. */
    String capture(List<Stmt> body, Activation activation) {
        StringBuilder saved = out;
        StringBuilder own = new StringBuilder();
        out = own;
        budget.enter();
        runAll(body, activation);
        budget.leave();
        out = saved;
        return budget.made(own.toString());
    }

    private void write(String text) {
        budget.checkOutput((long) out.length() + text.length());
        out.append(text);
    }

    private Flow runAll(List<Stmt> body, Activation activation) {
        for (int i = 0; i < body.size(); i++) {
            Flow flow = run(body.get(i), activation);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow run(Stmt stmt, Activation activation) {
        return switch (stmt) {
            case Stmt.Data data -> {
                write(data.text());
                yield Flow.NEXT;
            }
            case Stmt.Print print -> guarded(print.line(), () -> print(print, activation));
            case Stmt.Assign assign -> guarded(assign.line(), () -> assign(assign, activation));
            case Stmt.If branching -> runIf(branching, activation);
            case Stmt.For loop -> nested(loop.line(), () -> runFor(loop, activation));
            case Stmt.Macro macro -> {
                MacroFunction function = new MacroFunction(macro.macro(), activation);
                macro.name().binding().write(activation, function);
                activation.context.set(macro.name().name(), function);
                yield Flow.NEXT;
            }
            case Stmt.CallBlock block -> guarded(block.line(), () -> write(Repr.str(callBlock(block, activation))));
            case Stmt.FilterBlock block -> nested(block.line(), () -> runFilterBlock(block, activation));
            case Stmt.AssignBlock assign -> nested(assign.line(), () -> runAssignBlock(assign, activation));
            case Stmt.With with -> nested(with.line(), () -> runWith(with, activation));
            case Stmt.Scope scope ->
                nested(scope.line(), () -> {
                    scope.layout().enter(activation);
                    Flow flow = runAll(scope.body(), activation);
                    scope.layout().leave(activation);
                    return flow;
                });
            case Stmt.Block block -> guarded(block.line(), () -> runBlock(block, activation));
            case Stmt.Break leave -> Flow.BREAK;
            case Stmt.Continue next -> Flow.CONTINUE;
        };
    }

    /** Work that cannot break or continue. */
    private static Flow guarded(int line, Runnable work) {
        try {
            work.run();
            return Flow.NEXT;
        } catch (PyError e) {
            e.noteLine(line);
            throw e;
        }
    }

    /** A statement with a body. */
    private interface Body {
        Flow run();
    }

    private Flow nested(int line, Body body) {
        budget.enter();
        try {
            Flow flow = body.run();
            budget.leave();
            return flow;
        } catch (PyError e) {
            e.noteLine(line);
            throw e;
        }
    }

    private void print(Stmt.Print print, Activation activation) {
        Object value = evaluate(print.value(), activation);
        write(Repr.str(value));
    }

    private Flow runIf(Stmt.If node, Activation activation) {
        budget.enter();
        Flow flow = runAll(bodyOf(node, activation), activation);
        budget.leave();
        return flow;
    }

    private List<Stmt> bodyOf(Stmt.If node, Activation activation) {
        try {
            for (Stmt.Branch branch : node.branches()) {
                if (Py.truthy(evaluate(branch.test(), activation))) {
                    return branch.body();
                }
            }
            return node.otherwise();
        } catch (PyError e) {
            e.noteLine(node.line());
            throw e;
        }
    }

    private void assign(Stmt.Assign node, Activation activation) {
        requireNamespaces(node.target(), activation);
        Assignment.assign(node.target(), evaluate(node.value(), activation), activation, budget);
        export(node.exported(), activation);
    }

    private static void requireNamespaces(Expr target, Activation activation) {
        if (target instanceof Expr.NamespaceRef ref && !(ref.binding().read(activation) instanceof Namespace)) {
            throw new PyError(PyError.Kind.RUNTIME, "cannot assign attribute on non-namespace object");
        }
        if (target instanceof Expr.TupleExpr tuple) {
            tuple.items().forEach(item -> requireNamespaces(item, activation));
        }
    }

    private static void export(List<Expr.Name> names, Activation activation) {
        for (Expr.Name name : names) {
            activation.context.set(name.name(), name.binding().read(activation));
        }
    }

    private Flow runAssignBlock(Stmt.AssignBlock node, Activation activation) {
        node.layout().enter(activation);
        Object text = captured(node.body(), activation);
        if (text instanceof Flow flow) {
            return flow;
        }
        Object value = node.filter() == null ? text : evaluator.applyFilter(node.filter(), text, activation);
        Assignment.assign(node.target(), value, activation, budget);
        export(node.exported(), activation);
        node.layout().leave(activation);
        return Flow.NEXT;
    }

    private Flow runFilterBlock(Stmt.FilterBlock node, Activation activation) {
        node.layout().enter(activation);
        Object text = captured(node.body(), activation);
        if (text instanceof Flow flow) {
            return flow;
        }
        write(Repr.str(evaluator.applyFilter(node.filter(), text, activation)));
        node.layout().leave(activation);
        return Flow.NEXT;
    }

    /** The text of a body, or how it left the loop around it: then its text is dropped. */
    private Object captured(List<Stmt> body, Activation activation) {
        StringBuilder saved = out;
        StringBuilder own = new StringBuilder();
        out = own;
        Flow flow = runAll(body, activation);
        out = saved;
        return flow == Flow.NEXT ? budget.made(own.toString()) : flow;
    }

    private Flow runWith(Stmt.With node, Activation activation) {
        node.layout().enter(activation);
        for (int i = 0; i < node.targets().size(); i++) {
            Object value = evaluate(node.values().get(i), activation);
            Assignment.assign(node.targets().get(i), value, activation, budget);
        }
        Flow flow = runAll(node.body(), activation);
        node.layout().leave(activation);
        return flow;
    }

    private Object callBlock(Stmt.CallBlock node, Activation activation) {
        MacroFunction caller = new MacroFunction(node.macro(), activation);
        return evaluator.call(node.call(), caller, activation);
    }

    private void runBlock(Stmt.Block node, Activation activation) {
        Context context = activation.context;
        if (node.scoped()) {
            Map<String, Object> locals = new HashMap<>();
            node.layout().visible.forEach((name, binding) -> {
                Object value = binding.read(activation);
                if (value != null) {
                    locals.put(name, value);
                }
            });
            context = context.derive(locals);
        }
        write(Repr.str(renderBlock(node, context)));
    }

    private Flow runFor(Stmt.For node, Activation activation) {
        Object items = evaluate(node.iterable(), activation);
        if (node.recursive()) {
            write(recurse(node, items, 0, activation));
        } else {
            iterate(node, items, null, 0, activation);
        }
        return Flow.NEXT;
    }

    /** Renders a recursive loop, which is a function of its own, over some items. */
    private String recurse(Stmt.For node, Object items, int depth0, Activation outer) {
        budget.enter();
        Activation activation = new Activation(node.layout().function.slotCount(), outer.context, outer);
        StringBuilder saved = out;
        StringBuilder own = new StringBuilder();
        out = own;
        PyCallable again = (in, arguments) ->
                recurse(node, arguments.positionalOnly("loop", 1, 1).required(0), depth0 + 1, outer);
        iterate(node, items, again, depth0, activation);
        out = saved;
        budget.leave();
        return budget.made(own.toString());
    }

    private void iterate(Stmt.For node, Object items, @Nullable PyCallable recurse, int depth0, Activation activation) {
        ForLayout layout = node.layout();
        Object source = node.test() == null ? items : filtered(node, node.test(), items, activation);
        boolean completed = false;
        if (layout.extended) {
            LoopContext loop = new LoopContext(source, recurse, depth0, budget);
            for (Object item = loop.advance(); item != null; item = loop.advance()) {
                Assignment.assign(node.target(), item, activation, budget);
                layout.loop.write(activation, loop);
                Flow flow = runBody(node, activation);
                completed |= flow == Flow.NEXT;
                if (flow == Flow.BREAK) {
                    break;
                }
            }
        } else {
            PyIterator iterator = Py.iterate(source, budget);
            for (Object item = iterator.next(); item != null; item = iterator.next()) {
                Assignment.assign(node.target(), item, activation, budget);
                Flow flow = runBody(node, activation);
                completed |= flow == Flow.NEXT;
                if (flow == Flow.BREAK) {
                    break;
                }
            }
        }
        layout.body.leave(activation);
        // As in the Python that Jinja generates, an iteration that ends in break or continue does not count.
        if (!completed && !node.otherwise().isEmpty()) {
            layout.otherwise.enter(activation);
            runAll(node.otherwise(), activation);
            layout.otherwise.leave(activation);
        }
    }

    private Flow runBody(Stmt.For node, Activation activation) {
        node.layout().body.enter(activation);
        return runAll(node.body(), activation);
    }

    /** The items that pass the loop's condition, found one at a time. */
    private PyIterator filtered(Stmt.For node, Expr test, Object items, Activation activation) {
        node.layout().test.enter(activation);
        PyIterator source = Py.iterate(items, budget);
        return new PyIterator() {
            @Override
            @Nullable Object next() {
                for (Object item = source.next(); item != null; item = source.next()) {
                    Assignment.assign(node.testTarget(), item, activation, budget);
                    if (Py.truthy(evaluate(test, activation))) {
                        return item;
                    }
                }
                return null;
            }
        };
    }

    /** Evaluated call arguments. */
    List<Object> evaluateAll(List<Expr> expressions, Activation activation) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (int i = 0; i < expressions.size(); i++) {
            values.add(evaluate(expressions.get(i), activation));
        }
        return values;
    }
}
