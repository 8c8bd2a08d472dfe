package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression. Immutable but for bindings. */
sealed interface Expr extends Node {
    /** A literal, or a value that the parser put there. */
    record Const(Object value) implements Expr {
        @Override
        public List<Node> children() {
            return List.of();
        }
    }

    /** A variable, read or (as a target) written. */
    record Name(String name, Mode mode, Binding binding, int line) implements Expr {
        @Override
        public List<Node> children() {
            return List.of();
        }
    }

    /** What happens to a variable at that place. */
    enum Mode {
        LOAD,
        STORE,
        PARAMETER
    }

    /** {@code ns.attribute} as the target of a set. */
    record NamespaceRef(String name, String attribute, Binding binding) implements Expr {
        @Override
        public List<Node> children() {
            return List.of();
        }
    }

    /** A tuple, read or written. */
    record TupleExpr(List<Expr> items) implements Expr {
        @Override
        public List<Node> children() {
            return List.copyOf(items);
        }
    }

    /** A list literal. */
    record ListExpr(List<Expr> items) implements Expr {
        @Override
        public List<Node> children() {
            return List.copyOf(items);
        }
    }

    /** A dict literal: keys and values side by side. */
    record DictExpr(List<Expr> keys, List<Expr> values) implements Expr {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                all.add(keys.get(i));
                all.add(values.get(i));
            }
            return all;
        }
    }

    /** {@code then if test else otherwise}. */
    record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int line) implements Expr {
        @Override
        public List<Node> children() {
            return otherwise == null ? List.of(test, then) : List.of(test, then, otherwise);
        }
    }

    /** Arithmetic of two operands. */
    record Binary(BinaryOp op, Expr left, Expr right) implements Expr {
        @Override
        public List<Node> children() {
            return List.of(left, right);
        }
    }

    /** {@code and}, {@code or}: gives one of its operands. */
    record Logical(boolean and, Expr left, Expr right) implements Expr {
        @Override
        public List<Node> children() {
            return List.of(left, right);
        }
    }

    /** {@code not}. */
    record Not(Expr operand) implements Expr {
        @Override
        public List<Node> children() {
            return List.of(operand);
        }
    }

    /** Unary plus or minus. */
    record Sign(boolean negative, Expr operand) implements Expr {
        @Override
        public List<Node> children() {
            return List.of(operand);
        }
    }

    /** {@code a ~ b ~ c}. */
    record Concat(List<Expr> items) implements Expr {
        @Override
        public List<Node> children() {
            return List.copyOf(items);
        }
    }

    /** A chain of comparisons. */
    record Compare(Expr first, List<CompareOp> ops, List<Expr> operands) implements Expr {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            all.add(first);
            all.addAll(operands);
            return all;
        }
    }

    /** {@code target.name}: attribute first, then item. */
    record GetAttr(Expr target, String name) implements Expr {
        @Override
        public List<Node> children() {
            return List.of(target);
        }
    }

    /** {@code target[index]}: item first, then attribute. */
    record GetItem(Expr target, Expr index) implements Expr {
        @Override
        public List<Node> children() {
            return List.of(target, index);
        }
    }

    /** {@code start:stop:step} within brackets. */
    record Slice(
            @Nullable Expr start,
            @Nullable Expr stop,
            @Nullable Expr step) implements Expr {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            if (start != null) {
                all.add(start);
            }
            if (stop != null) {
                all.add(stop);
            }
            if (step != null) {
                all.add(step);
            }
            return all;
        }
    }

    /** A call. */
    record Call(Expr target, CallArguments arguments) implements Expr {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            all.add(target);
            all.addAll(arguments.children());
            return all;
        }
    }

    /**
     * {@code target | name(arguments)}; the target is null for the text of a filter block, the function null when no
     * filter has that name.
     */
    record Filter(
            @Nullable Expr target, String name, @Nullable FilterFunction function, CallArguments arguments, int line)
            implements Expr {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            if (target != null) {
                all.add(target);
            }
            all.addAll(arguments.children());
            return all;
        }
    }

    /** {@code target is name(arguments)}; the function is null when no test has that name. */
    record Test(Expr target, String name, @Nullable TestFunction function, CallArguments arguments, int line)
            implements Expr {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            all.add(target);
            all.addAll(arguments.children());
            return all;
        }
    }
}
