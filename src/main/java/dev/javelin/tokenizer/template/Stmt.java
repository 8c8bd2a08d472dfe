package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. Immutable but for bindings and frame layouts, which the resolver fills once. */
sealed interface Stmt extends Node {
    /** Text between tags. */
    record Data(String text) implements Stmt {
        @Override
        public List<Node> children() {
            return List.of();
        }
    }

    /** <code>{{ value }}</code>. */
    record Print(Expr value, int line) implements Stmt {
        @Override
        public List<Node> children() {
            return List.of(value);
        }
    }

    /** One condition with its body; elifs are further branches. */
    record Branch(Expr test, List<Stmt> body) {}

    /** An if with elifs and else. */
    record If(List<Branch> branches, List<Stmt> otherwise, int line) implements Stmt {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            for (Branch branch : branches) {
                all.add(branch.test());
                all.addAll(branch.body());
            }
            all.addAll(otherwise);
            return all;
        }
    }

    /**
     * A for loop.
     *
     * @param testTarget the target again, bound to variables of the filter condition's own
     */
    record For(
            Expr target,
            Expr testTarget,
            Expr iterable,
            @Nullable Expr test,
            List<Stmt> body,
            List<Stmt> otherwise,
            boolean recursive,
            ForLayout layout,
            int line)
            implements Stmt {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            all.add(target);
            all.add(iterable);
            all.addAll(body);
            all.addAll(otherwise);
            if (test != null) {
                all.add(test);
            }
            return all;
        }
    }

    /** A macro definition. */
    record Macro(Expr.Name name, MacroBody macro, int line) implements Stmt {
        @Override
        public List<Node> children() {
            return macro.children();
        }
    }

    /** A call block: its body is an anonymous macro handed to the call as {@code caller}. */
    record CallBlock(Expr.Call call, MacroBody macro, int line) implements Stmt {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            all.add(call);
            all.addAll(macro.children());
            return all;
        }
    }

    /** A filter block; the innermost filter has no target. */
    record FilterBlock(List<Stmt> body, Expr.Filter filter, FrameLayout layout, int line) implements Stmt {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>(body);
            all.add(filter);
            return all;
        }
    }

    /** {@code set target = value}. */
    record Assign(Expr target, Expr value, List<Expr.Name> exported, int line) implements Stmt {
        @Override
        public List<Node> children() {
            return List.of(target, value);
        }
    }

    /** {@code set target} with a body, perhaps filtered. */
    record AssignBlock(
            Expr target,
            Expr.@Nullable Filter filter,
            List<Stmt> body,
            List<Expr.Name> exported,
            FrameLayout layout,
            int line)
            implements Stmt {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>();
            all.add(target);
            if (filter != null) {
                all.add(filter);
            }
            all.addAll(body);
            return all;
        }
    }

    /** {@code with a = x, b = y}. */
    record With(List<Expr> targets, List<Expr> values, List<Stmt> body, FrameLayout layout, int line) implements Stmt {
        @Override
        public List<Node> children() {
            List<Node> all = new ArrayList<>(targets);
            all.addAll(values);
            all.addAll(body);
            return all;
        }
    }

    /** A scope without variables of its own: an autoescape block whose switch is off. */
    record Scope(List<Stmt> body, FrameLayout layout, int line) implements Stmt {
        @Override
        public List<Node> children() {
            return List.copyOf(body);
        }
    }

    /** A block: rendered where it stands. */
    record Block(String name, boolean scoped, boolean required, List<Stmt> body, BlockLayout layout, int line)
            implements Stmt {
        @Override
        public List<Node> children() {
            return List.copyOf(body);
        }
    }

    /** Leaves the innermost loop. */
    record Break(int line) implements Stmt {
        @Override
        public List<Node> children() {
            return List.of();
        }
    }

    /** Goes to the innermost loop's next item. */
    record Continue(int line) implements Stmt {
        @Override
        public List<Node> children() {
            return List.of();
        }
    }
}
