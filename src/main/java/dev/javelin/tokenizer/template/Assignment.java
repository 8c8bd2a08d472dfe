package dev.javelin.tokenizer.template;

import java.util.List;

/** Writes a value to a target, unpacking tuples as Python does. Stateless. */
final class Assignment {
    private Assignment() {}

    static void assign(Expr target, Object value, Activation activation, Budget budget) {
        switch (target) {
            case Expr.Name name -> name.binding().write(activation, value);
            case Expr.NamespaceRef ref -> {
                if (!(ref.binding().read(activation) instanceof Namespace namespace)) {
                    throw new PyError(PyError.Kind.RUNTIME, "cannot assign attribute on non-namespace object");
                }
                namespace.attributes().put(ref.attribute(), value);
            }
            case Expr.TupleExpr tuple -> unpack(tuple, value, activation, budget);
            default -> throw new IllegalStateException("not a target: " + target);
        }
    }

    private static void unpack(Expr.TupleExpr tuple, Object value, Activation activation, Budget budget) {
        if (Py.iterateOrNull(value, budget) == null) {
            throw PyError.type("cannot unpack non-iterable " + Py.typeName(value) + " object");
        }
        List<Object> items = Py.items(value, budget);
        int wanted = tuple.items().size();
        if (items.size() < wanted) {
            throw PyError.value("not enough values to unpack (expected " + wanted + ", got " + items.size() + ")");
        }
        if (items.size() > wanted) {
            throw PyError.value("too many values to unpack (expected " + wanted + ")");
        }
        for (int i = 0; i < wanted; i++) {
            assign(tuple.items().get(i), items.get(i), activation, budget);
        }
    }
}
