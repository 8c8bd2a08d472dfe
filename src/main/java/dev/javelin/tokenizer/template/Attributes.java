package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code value.name} and {@code value['name']} as the immutable sandbox allows them. Stateless; no reflection. */
final class Attributes {
    private static final Set<String> LIST_CHANGES =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> DICT_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");

    /** What every Python object has; the sandbox hides them. */
    private static final Set<String> HIDDEN = Set.of(
            "__class__",
            "__init__",
            "__doc__",
            "__dict__",
            "__getattribute__",
            "__eq__",
            "__hash__",
            "__str__",
            "__repr__",
            "__reduce__",
            "__reduce_ex__",
            "__subclasshook__",
            "__init_subclass__",
            "__new__",
            "__dir__",
            "__format__",
            "__sizeof__",
            "__setattr__",
            "__delattr__",
            "__ne__",
            "__lt__",
            "__le__",
            "__gt__",
            "__ge__");

    private Attributes() {}

    /** Attribute first, then item. */
    static Object attribute(Object value, String name) {
        if (value instanceof PyDict dict && !DictMethods.has(name) && !HIDDEN.contains(name)) {
            Object item = dict.get(name);
            return item == null ? Undefined.member(value, name) : item;
        }
        Object found = attributeOrNull(value, name);
        if (found == null) {
            found = Subscripts.itemOrNull(value, name);
        }
        return found == null ? Undefined.member(value, name) : found;
    }

    /** Item first, then attribute. */
    static Object item(Object value, Object index) {
        Object found = Subscripts.itemOrNull(value, index);
        String name = Py.stringOrNull(index);
        if (found == null && name != null) {
            found = attributeOrNull(value, name);
        }
        return found == null ? Undefined.member(value, index) : found;
    }

    /** The attribute alone, an undefined value where the sandbox hides it, null where there is none. */
    static @Nullable Object attributeOrNull(Object value, String name) {
        if (value instanceof Undefined undefined && !(name.startsWith("__") && name.endsWith("__"))) {
            throw undefined.error();
        }
        if (HIDDEN.contains(name) && !(value instanceof Namespace)) {
            return Undefined.unsafe(value, name);
        }
        return switch (value) {
            case String text -> StringMethods.bind(text, name, false);
            case Markup markup -> StringMethods.bind(markup.text(), name, true);
            case PyDict dict ->
                DICT_CHANGES.contains(name) ? Undefined.unsafe(value, name) : DictMethods.bind(dict, name);
            case PyList list ->
                LIST_CHANGES.contains(name) ? Undefined.unsafe(value, name) : ListMethods.bind(list, name);
            case PyTuple tuple -> tupleAttribute(tuple, name);
            case PyRange range -> rangeAttribute(range, name);
            case Boolean flag -> NumberMethods.bind(flag, name);
            case Long number -> NumberMethods.bind(number, name);
            case Double number -> NumberMethods.bind(number, name);
            case BigInteger number -> NumberMethods.bind(number, name);
            case DictView view ->
                view.part() != DictView.Part.VALUES && name.equals("isdisjoint") ? disjoint(view) : null;
            case Namespace namespace -> namespace.attributes().get(name);
            case LoopContext loop -> loop.attribute(name);
            case MacroFunction macro -> macro.attribute(name);
            case Cycler cycler -> cycler.attribute(name);
            case Joiner joiner -> joiner.attribute(name);
            default -> null;
        };
    }

    private static PyCallable disjoint(DictView view) {
        return (interpreter, arguments) -> {
            Object other = arguments.positionalOnly("isdisjoint", 1, 1).required(0);
            PyIterator items = Py.iterate(other, interpreter.budget());
            for (Object item = items.next(); item != null; item = items.next()) {
                if (Membership.contains(view, item, interpreter.budget())) {
                    return false;
                }
            }
            return true;
        };
    }

    private static @Nullable Object tupleAttribute(PyTuple tuple, String name) {
        if (tuple.isGroup()) {
            if (name.equals("grouper")) {
                return tuple.items().getFirst();
            }
            if (name.equals("list")) {
                return tuple.items().getLast();
            }
        }
        return name.equals("copy") ? null : ListMethods.bind(tuple, name);
    }

    private static @Nullable Object rangeAttribute(PyRange range, String name) {
        return switch (name) {
            case "start" -> range.start();
            case "stop" -> range.stop();
            case "step" -> range.step();
            case "index", "count" ->
                (PyCallable) (in, arguments) -> {
                    PyTuple items = new PyTuple(Py.items(range, in.budget()));
                    PyCallable method = ListMethods.bind(items, name);
                    return method == null ? PyNone.NONE : method.call(in, arguments);
                };
            default -> null;
        };
    }
}
