package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every name of a parsed template its slot, following the frames of Jinja's code generator, and refuses what
 * Jinja refuses when it compiles. Used once, by one thread.
 */
final class Resolver {
    /**
     * A place in the template.
     *
     * @param topLevel whether sets are visible to blocks
     * @param soft whether an unknown filter or test fails only when it is reached (inside an if)
     * @param inLoop whether break and continue have a loop in the same function
     */
    private record Frame(Symbols symbols, boolean topLevel, boolean soft, boolean inLoop) {
        Frame inner(Symbols innerSymbols) {
            return new Frame(innerSymbols, false, false, inLoop);
        }

        Frame function(Symbols innerSymbols) {
            return new Frame(innerSymbols, false, false, false);
        }

        Frame loop(Symbols innerSymbols) {
            return new Frame(innerSymbols, false, false, true);
        }

        Frame softly() {
            return new Frame(symbols, topLevel, true, inLoop);
        }
    }

    private static final Set<String> MACRO_NAMES = Set.of("caller", "kwargs", "varargs");

    private final Map<String, Stmt.Block> blocks = new HashMap<>();
    private final int maxDepth;
    private int depth;

    Resolver(int maxDepth) {
        this.maxDepth = maxDepth;
    }

    /** Resolves a template; gives its blocks by name. */
    Map<String, Stmt.Block> resolve(List<Stmt> body, BlockLayout root) {
        collectBlocks(body);
        resolveFunction(body, root, true);
        for (Stmt.Block block : List.copyOf(blocks.values())) {
            resolveFunction(block.body(), block.layout(), false);
        }
        return Map.copyOf(blocks);
    }

    private void collectBlocks(List<Stmt> body) {
        List<Node> stack = new ArrayList<>(body);
        while (!stack.isEmpty()) {
            Node node = stack.removeLast();
            if (node instanceof Stmt.Block block && blocks.put(block.name(), block) != null) {
                throw PyError.syntax("block '" + block.name() + "' defined twice", block.line());
            }
            stack.addAll(node.children());
        }
    }

    private void resolveFunction(List<Stmt> body, BlockLayout layout, boolean topLevel) {
        Symbols symbols = Symbols.root(layout.function);
        Set<String> undeclared = SymbolScan.undeclared(body, Set.of("self", "super"));
        layout.readsSelf = undeclared.contains("self");
        layout.readsSuper = !topLevel && undeclared.contains("super");
        if (layout.readsSelf) {
            symbols.bind(symbols.declareParameter("self"), layout.self);
        }
        if (layout.readsSuper) {
            symbols.bind(symbols.declareParameter("super"), layout.superBlock);
        }
        new SymbolScan(symbols).visitAll(body);
        symbols.writeTo(layout.frame);
        statements(body, new Frame(symbols, topLevel, false, false));
    }

    private void statements(List<Stmt> body, Frame frame) {
        if (++depth > maxDepth) {
            throw Budget.tooDeep(maxDepth);
        }
        for (Stmt stmt : body) {
            statement(stmt, frame);
        }
        depth--;
    }

    private void statement(Stmt stmt, Frame frame) {
        switch (stmt) {
            case Stmt.Data data -> {}
            case Stmt.Print print -> expression(print.value(), frame);
            case Stmt.If branching -> resolveIf(branching, frame);
            case Stmt.For loop -> resolveFor(loop, frame);
            case Stmt.Macro macro -> {
                resolveMacro(macro.macro(), frame, macro.line());
                frame.symbols.bind(macro.name().name(), macro.name().binding());
            }
            case Stmt.CallBlock block -> {
                resolveMacro(block.macro(), frame, block.line());
                expression(block.call(), frame);
            }
            case Stmt.FilterBlock block -> resolveFilterBlock(block, frame);
            case Stmt.Assign assign -> {
                expression(assign.value(), frame);
                expression(assign.target(), frame);
                export(assign.target(), frame, assign.exported());
            }
            case Stmt.AssignBlock assign -> resolveAssignBlock(assign, frame);
            case Stmt.With with -> resolveWith(with, frame);
            case Stmt.Scope scope -> {
                Frame inner = frame.inner(frame.symbols.inner(frame.symbols.function()));
                scan(inner, scope.body(), scope.layout());
                statements(scope.body(), inner);
            }
            case Stmt.Block block ->
                frame.symbols.visibleStores().forEach((name, variable) -> {
                    Binding binding = new Binding();
                    frame.symbols.bind(variable, binding);
                    block.layout().visible.put(name, binding);
                });
            case Stmt.Break leave -> requireLoop("break", frame, leave.line());
            case Stmt.Continue next -> requireLoop("continue", frame, next.line());
        }
    }

    private static void requireLoop(String tag, Frame frame, int line) {
        if (!frame.inLoop) {
            throw PyError.syntax("'" + tag + "' outside loop", line);
        }
    }

    private static void scan(Frame frame, List<Stmt> body, FrameLayout layout) {
        new SymbolScan(frame.symbols).visitAll(body);
        frame.symbols.writeTo(layout);
    }

    private void resolveIf(Stmt.If node, Frame frame) {
        Frame soft = frame.softly();
        for (Stmt.Branch branch : node.branches()) {
            expression(branch.test(), soft);
            statements(branch.body(), soft);
        }
        statements(node.otherwise(), soft);
    }

    private void resolveFor(Stmt.For node, Frame frame) {
        ForLayout layout = node.layout();
        FunctionScope function = frame.symbols.function();
        if (node.recursive()) {
            function = layout.function;
            function.nestIn(frame.symbols.function());
        }
        Symbols body = frame.symbols.inner(function);
        layout.extended = node.recursive()
                || !SymbolScan.undeclared(node.body(), Set.of("loop")).isEmpty()
                || hasScoped(node);
        if (layout.extended) {
            body.bind(body.declareParameter("loop"), layout.loop);
        }
        refuseLoopStores(node);
        SymbolScan scan = new SymbolScan(body);
        scan.visitAsParameter(node.target());
        scan.visitAll(node.body());
        body.writeTo(layout.body);
        Symbols otherwise = frame.symbols.inner(function);
        new SymbolScan(otherwise).visitAll(node.otherwise());
        otherwise.writeTo(layout.otherwise);
        resolveTest(node, frame, function);
        expression(node.iterable(), frame);
        expression(node.target(), frame.loop(body));
        statements(node.body(), frame.loop(body));
        statements(node.otherwise(), node.recursive() ? frame.function(otherwise) : frame.inner(otherwise));
    }

    private void resolveTest(Stmt.For node, Frame frame, FunctionScope function) {
        if (node.test() == null) {
            return;
        }
        // Slots of their own: the condition runs ahead of the body when the loop looks at its next item.
        Symbols test = frame.symbols.inner(function, "t");
        SymbolScan scan = new SymbolScan(test);
        scan.visitAsParameter(node.testTarget());
        scan.visit(node.test());
        test.writeTo(node.layout().test);
        expression(node.testTarget(), frame.inner(test));
        expression(node.test(), frame.inner(test));
    }

    private static boolean hasScoped(Stmt.For node) {
        List<Node> stack = new ArrayList<>(node.children());
        while (!stack.isEmpty()) {
            Node next = stack.removeLast();
            if (next instanceof Stmt.Block block && block.scoped()) {
                return true;
            }
            stack.addAll(next.children());
        }
        return false;
    }

    private static void refuseLoopStores(Stmt.For node) {
        List<Node> stack = new ArrayList<>(node.children());
        while (!stack.isEmpty()) {
            Node next = stack.removeLast();
            if (next instanceof Expr.Name name
                    && name.mode() == Expr.Mode.STORE
                    && name.name().equals("loop")) {
                throw PyError.syntax("Can't assign to special loop variable in for-loop target", name.line());
            }
            stack.addAll(next.children());
        }
    }

    private void resolveMacro(MacroBody macro, Frame frame, int line) {
        MacroLayout layout = macro.layout();
        layout.function.nestIn(frame.symbols.function());
        Symbols symbols = frame.symbols.inner(layout.function);
        SymbolScan scan = new SymbolScan(symbols);
        scan.visitAll(macro.children());
        List<String> names = macro.parameters().stream().map(Expr.Name::name).toList();
        Set<String> undeclared = SymbolScan.undeclared(macro.body(), MACRO_NAMES);
        int explicitCaller = names.indexOf("caller");
        if (undeclared.contains("caller") && explicitCaller >= 0 && macro.defaultOf(explicitCaller) == null) {
            throw PyError.syntax(
                    "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a"
                            + " default.",
                    line);
        }
        layout.catchesCaller = undeclared.contains("caller");
        layout.catchesKwargs = undeclared.contains("kwargs") && !names.contains("kwargs");
        layout.catchesVarargs = undeclared.contains("varargs") && !names.contains("varargs");
        if (layout.catchesCaller && explicitCaller < 0) {
            symbols.bind(symbols.declareParameter("caller"), layout.caller);
        }
        if (layout.catchesKwargs) {
            symbols.bind(symbols.declareParameter("kwargs"), layout.kwargs);
        }
        if (layout.catchesVarargs) {
            symbols.bind(symbols.declareParameter("varargs"), layout.varargs);
        }
        symbols.writeTo(layout.frame);
        Frame inner = frame.function(symbols);
        macro.parameters().forEach(parameter -> expression(parameter, inner));
        macro.defaults().forEach(value -> expression(value, inner));
        statements(macro.body(), inner);
    }

    private void resolveFilterBlock(Stmt.FilterBlock node, Frame frame) {
        Frame inner = frame.inner(frame.symbols.inner(frame.symbols.function()));
        SymbolScan scan = new SymbolScan(inner.symbols);
        scan.visitAll(node.body());
        scan.visit(node.filter());
        inner.symbols.writeTo(node.layout());
        statements(node.body(), inner);
        expression(node.filter(), inner);
    }

    private void resolveAssignBlock(Stmt.AssignBlock node, Frame frame) {
        Frame inner = frame.inner(frame.symbols.inner(frame.symbols.function()));
        SymbolScan scan = new SymbolScan(inner.symbols);
        scan.visitAll(node.body());
        if (node.filter() != null) {
            scan.visit(node.filter());
        }
        inner.symbols.writeTo(node.layout());
        statements(node.body(), inner);
        if (node.filter() != null) {
            expression(node.filter(), inner);
        }
        expression(node.target(), frame);
        export(node.target(), frame, node.exported());
    }

    private void resolveWith(Stmt.With node, Frame frame) {
        Frame inner = frame.inner(frame.symbols.inner(frame.symbols.function()));
        SymbolScan scan = new SymbolScan(inner.symbols);
        scan.visitAll(node.targets());
        scan.visitAll(node.body());
        inner.symbols.writeTo(node.layout());
        for (int i = 0; i < node.targets().size(); i++) {
            expression(node.values().get(i), frame);
            expression(node.targets().get(i), inner);
        }
        statements(node.body(), inner);
    }

    /** Notes which names a set at the top level shows to blocks. */
    private static void export(Expr target, Frame frame, List<Expr.Name> exported) {
        if (!frame.topLevel) {
            return;
        }
        if (target instanceof Expr.Name name) {
            exported.add(name);
        } else if (target instanceof Expr.TupleExpr tuple) {
            tuple.items().forEach(item -> export(item, frame, exported));
        }
    }

    private void expression(Expr expr, Frame frame) {
        if (++depth > maxDepth) {
            throw Budget.tooDeep(maxDepth);
        }
        Frame inner = frame;
        switch (expr) {
            case Expr.Name name -> frame.symbols.bind(name.name(), name.binding());
            case Expr.NamespaceRef ref -> frame.symbols.bind(ref.name(), ref.binding());
            case Expr.Conditional conditional -> inner = frame.softly();
            case Expr.Filter filter -> {
                if (filter.function() == null && !frame.soft) {
                    throw PyError.syntax("No filter named '" + filter.name() + "'.", filter.line());
                }
            }
            case Expr.Test test -> {
                if (test.function() == null && !frame.soft) {
                    throw PyError.syntax("No test named '" + test.name() + "'.", test.line());
                }
            }
            default -> {}
        }
        for (Node child : expr.children()) {
            expression((Expr) child, inner);
        }
        depth--;
    }
}
