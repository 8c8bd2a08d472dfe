package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a scope's nodes and notes loads and stores in its {@link Symbols}; inner scopes are left to their own walk.
 * Confined to compilation.
 */
final class SymbolScan {
    private Symbols symbols;

    SymbolScan(Symbols symbols) {
        this.symbols = symbols;
    }

    void visitAll(List<? extends Node> nodes) {
        for (Node node : nodes) {
            visit(node);
        }
    }

    /** A loop's target: its names are parameters of the loop's scope. */
    void visitAsParameter(Expr target) {
        if (target instanceof Expr.Name name) {
            symbols.declareParameter(name.name());
        } else {
            for (Node child : target.children()) {
                visitAsParameter((Expr) child);
            }
        }
    }

    void visit(Node node) {
        switch (node) {
            case Expr.Name name -> visitName(name);
            case Expr.NamespaceRef ref -> symbols.load(ref.name());
            case Expr expr -> visitAll(expr.children());
            case Stmt.If branching -> visitIf(branching);
            case Stmt.Macro macro -> symbols.store(macro.name().name());
            case Stmt.Assign assign -> {
                visit(assign.value());
                visit(assign.target());
            }
            case Stmt.AssignBlock assign -> visit(assign.target());
            case Stmt.For loop -> visit(loop.iterable());
            case Stmt.CallBlock block -> visit(block.call());
            case Stmt.FilterBlock block -> visit(block.filter());
            case Stmt.With with -> visitAll(with.values());
            case Stmt.Print print -> visit(print.value());
            case Stmt.Scope scope -> {}
            case Stmt.Block block -> {}
            case Stmt.Data data -> {}
            case Stmt.Break leave -> {}
            case Stmt.Continue next -> {}
        }
    }

    private void visitName(Expr.Name name) {
        switch (name.mode()) {
            case LOAD -> symbols.load(name.name());
            case STORE -> symbols.store(name.name());
            case PARAMETER -> symbols.declareParameter(name.name());
        }
    }

    /** The tests and bodies of elifs are visited as one branch, as Jinja nests them. */
    private void visitIf(Stmt.If node) {
        Stmt.Branch first = node.branches().getFirst();
        visit(first.test());
        Symbols body = branch(() -> visitAll(first.body()));
        Symbols elifs = branch(() -> {
            for (Stmt.Branch elif : node.branches().subList(1, node.branches().size())) {
                visitIf(new Stmt.If(List.of(elif), List.of(), node.line()));
            }
        });
        Symbols otherwise = branch(() -> visitAll(node.otherwise()));
        symbols.joinBranches(List.of(body, elifs, otherwise));
    }

    private Symbols branch(Runnable visit) {
        Symbols original = symbols;
        Symbols copy = original.copy();
        symbols = copy;
        visit.run();
        symbols = original;
        return copy;
    }

    /** Which of the names the nodes read before they store them; blocks are not looked into. */
    static Set<String> undeclared(List<? extends Node> nodes, Set<String> names) {
        Set<String> wanted = new HashSet<>(names);
        Set<String> found = new HashSet<>();
        // Depth first without recursion: the tree may be as deep as the parser allows.
        List<Node> stack = new ArrayList<>(nodes.reversed());
        while (!stack.isEmpty()) {
            Node node = stack.removeLast();
            if (node instanceof Expr.Name name) {
                if (name.mode() != Expr.Mode.LOAD) {
                    wanted.remove(name.name());
                } else if (wanted.contains(name.name())) {
                    found.add(name.name());
                }
            } else if (!(node instanceof Stmt.Block)) {
                stack.addAll(node.children().reversed());
            }
        }
        return found;
    }
}
