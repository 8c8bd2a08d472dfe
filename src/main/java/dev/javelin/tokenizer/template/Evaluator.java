package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions. Confined to one render. */
final class Evaluator {
    private final Interpreter interpreter;
    private final Budget budget;

    Evaluator(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.budget = interpreter.budget();
    }

    Object evaluate(Expr expr, Activation activation) {
        if (expr instanceof Expr.Const(Object value)) {
            return value;
        }
        if (expr instanceof Expr.Name name) {
            budget.step();
            Object value = name.binding().read(activation);
            return value == null ? Undefined.name(name.name()) : value;
        }
        budget.enter();
        Object value = compute(expr, activation);
        budget.leave();
        return value;
    }

    private Object compute(Expr expr, Activation activation) {
        return switch (expr) {
            case Expr.GetAttr node -> Attributes.attribute(evaluate(node.target(), activation), node.name());
            case Expr.GetItem node -> item(node, activation);
            case Expr.Call call -> call(call, null, activation);
            case Expr.Filter filter -> filter(filter, activation);
            case Expr.Test test -> test(test, activation);
            case Expr.Binary node ->
                Operators.binary(
                        node.op(), evaluate(node.left(), activation), evaluate(node.right(), activation), budget);
            case Expr.Logical node -> {
                Object left = evaluate(node.left(), activation);
                yield Py.truthy(left) == node.and() ? evaluate(node.right(), activation) : left;
            }
            case Expr.Not node -> !Py.truthy(evaluate(node.operand(), activation));
            case Expr.Compare node -> compare(node, activation);
            case Expr.Concat node -> concat(node, activation);
            case Expr.Conditional node -> conditional(node, activation);
            case Expr.Sign node -> Operators.sign(node.negative(), evaluate(node.operand(), activation));
            case Expr.ListExpr node -> new PyList(interpreter.evaluateAll(node.items(), activation));
            case Expr.TupleExpr node -> new PyTuple(interpreter.evaluateAll(node.items(), activation));
            case Expr.DictExpr node -> dict(node, activation);
            case Expr.Slice node ->
                new SliceValue(
                        bound(node.start(), activation),
                        bound(node.stop(), activation),
                        bound(node.step(), activation));
            case Expr.Const node -> node.value();
            case Expr.Name node -> throw new IllegalStateException("names are evaluated before");
            case Expr.NamespaceRef node -> throw new IllegalStateException("a namespace reference is only a target");
        };
    }

    private Object bound(@Nullable Expr expr, Activation activation) {
        return expr == null ? PyNone.NONE : evaluate(expr, activation);
    }

    private Object item(Expr.GetItem node, Activation activation) {
        Object target = evaluate(node.target(), activation);
        Object index = evaluate(node.index(), activation);
        budget.walk(target);
        if (!(node.index() instanceof Expr.Slice && index instanceof SliceValue slice)) {
            return Attributes.item(target, index);
        }
        // Jinja folds constants with its forgiving look-up, while a slice at run time is Python's own.
        return Subscripts.isSliceable(target) || !isConstant(node)
                ? Subscripts.slice(target, slice, budget)
                : Undefined.member(target, slice);
    }

    private static boolean isConstant(Expr expr) {
        return switch (expr) {
            case Expr.Name name -> false;
            case Expr.NamespaceRef ref -> false;
            case Expr.Call call -> false;
            default -> expr.children().stream().allMatch(child -> isConstant((Expr) child));
        };
    }

    private Object conditional(Expr.Conditional node, Activation activation) {
        if (Py.truthy(evaluate(node.test(), activation))) {
            return evaluate(node.then(), activation);
        }
        if (node.otherwise() != null) {
            return evaluate(node.otherwise(), activation);
        }
        return Undefined.hint("the inline if-expression on line " + node.line()
                + " evaluated to false and no else section was defined.");
    }

    private Object compare(Expr.Compare node, Activation activation) {
        Object left = evaluate(node.first(), activation);
        for (int i = 0; i < node.ops().size(); i++) {
            Object right = evaluate(node.operands().get(i), activation);
            if (!Comparison.test(node.ops().get(i), left, right, budget)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object concat(Expr.Concat node, Activation activation) {
        StringBuilder text = new StringBuilder();
        for (Object value : interpreter.evaluateAll(node.items(), activation)) {
            String part = Repr.str(value);
            budget.checkOutput((long) text.length() + part.length());
            text.append(part);
        }
        return budget.made(text.toString());
    }

    private Object dict(Expr.DictExpr node, Activation activation) {
        PyDict dict = new PyDict(node.keys().size());
        for (int i = 0; i < node.keys().size(); i++) {
            Object key = evaluate(node.keys().get(i), activation);
            dict.put(key, evaluate(node.values().get(i), activation));
        }
        return dict;
    }

    /** Calls; {@code caller} is what a call block adds. */
    Object call(Expr.Call node, @Nullable Object caller, Activation activation) {
        Object target = evaluate(node.target(), activation);
        Arguments arguments = arguments(node.arguments(), caller, activation);
        if (target instanceof PyCallable callable) {
            return callable.call(interpreter, arguments);
        }
        if (target instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw PyError.type("'" + Py.typeName(target) + "' object is not callable");
    }

    private Arguments arguments(CallArguments written, @Nullable Object caller, Activation activation) {
        if (written.isEmpty() && caller == null) {
            return Arguments.NONE;
        }
        List<Object> positional = interpreter.evaluateAll(written.positional(), activation);
        positional.forEach(budget::walk);
        if (written.names().isEmpty() && caller == null && written.spread() == null && written.spreadNamed() == null) {
            return new Arguments(positional, Map.of());
        }
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < written.names().size(); i++) {
            Object value = evaluate(written.values().get(i), activation);
            budget.walk(value);
            named.put(written.names().get(i), value);
        }
        if (caller != null) {
            named.put("caller", caller);
        }
        if (written.spread() != null) {
            positional = new ArrayList<>(positional);
            positional.addAll(Py.items(evaluate(written.spread(), activation), budget));
        }
        if (written.spreadNamed() != null) {
            spread(evaluate(written.spreadNamed(), activation), named);
        }
        return new Arguments(positional, named);
    }

    private static void spread(Object mapping, Map<String, Object> named) {
        if (!(mapping instanceof PyDict dict)) {
            throw PyError.type("argument after ** must be a mapping, not " + Py.typeName(mapping));
        }
        for (PyDict.Entry entry : dict.entries()) {
            if (!(entry.key() instanceof String name)) {
                throw PyError.type("keywords must be strings");
            }
            if (named.put(name, entry.value()) != null) {
                throw PyError.type("got multiple values for keyword argument '" + name + "'");
            }
        }
    }

    private Object filter(Expr.Filter node, Activation activation) {
        if (node.target() == null) {
            throw new IllegalStateException("a filter without a target belongs to a block");
        }
        return apply(node, evaluate(node.target(), activation), activation);
    }

    /** Applies the filters of a block to its text. */
    Object applyFilter(Expr.Filter node, Object text, Activation activation) {
        Object value = node.target() instanceof Expr.Filter inner ? applyFilter(inner, text, activation) : text;
        return apply(node, value, activation);
    }

    private Object apply(Expr.Filter node, Object value, Activation activation) {
        budget.walk(value);
        if (node.function() == null) {
            throw new PyError(PyError.Kind.RUNTIME, "No filter named '" + node.name() + "' found.");
        }
        return node.function().apply(interpreter, value, arguments(node.arguments(), null, activation));
    }

    private Object test(Expr.Test node, Activation activation) {
        Object value = evaluate(node.target(), activation);
        budget.walk(value);
        Arguments arguments = arguments(node.arguments(), null, activation);
        if (node.function() == null) {
            throw new PyError(PyError.Kind.RUNTIME, "No test named '" + node.name() + "' found.");
        }
        return node.function().test(interpreter, value, arguments);
    }
}
