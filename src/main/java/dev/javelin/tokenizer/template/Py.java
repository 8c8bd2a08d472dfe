package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Questions Python answers about any value: its type's name, truth, length, items. Stateless. */
final class Py {
    private Py() {}

    /** {@code type(value).__name__}. */
    static String typeName(Object value) {
        return switch (value) {
            case PyNone none -> "NoneType";
            case Boolean flag -> "bool";
            case Long number -> "int";
            case BigInteger number -> "int";
            case Double number -> "float";
            case String text -> "str";
            case Markup text -> "Markup";
            case PyList list -> "list";
            case PyTuple tuple -> tuple.isGroup() ? "_GroupTuple" : "tuple";
            case PyDict dict -> "dict";
            case PyRange range -> "range";
            case Undefined undefined -> "Undefined";
            case DictView view -> view.part().typeName();
            case Namespace namespace -> "Namespace";
            case LoopContext loop -> "LoopContext";
            case MacroFunction macro -> "Macro";
            case Cycler cycler -> "Cycler";
            case Joiner joiner -> "Joiner";
            case SliceValue slice -> "slice";
            case PyIterator iterator -> "generator";
            case PyCallable callable -> "builtin_function_or_method";
            default -> "object";
        };
    }

    /** How Jinja names a value's type in the error of an undefined member. */
    static String describe(Object value) {
        return switch (value) {
            case PyNone none -> "None";
            case Markup text -> "markupsafe.Markup object";
            case Undefined undefined -> "jinja2.runtime.Undefined object";
            case Namespace namespace -> "jinja2.utils.Namespace object";
            case LoopContext loop -> "jinja2.runtime.LoopContext object";
            case MacroFunction macro -> "jinja2.runtime.Macro object";
            case Cycler cycler -> "jinja2.utils.Cycler object";
            case Joiner joiner -> "jinja2.utils.Joiner object";
            default -> typeName(value) + " object";
        };
    }

    /** The text of a str or Markup, else null. */
    static @Nullable String stringOrNull(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            default -> null;
        };
    }

    static boolean truthy(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case PyNone none -> false;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case Undefined undefined -> false;
            case Markup markup -> !markup.text().isEmpty();
            case PySequence sequence -> !sequence.items().isEmpty();
            case PyDict dict -> dict.itemCount() > 0;
            case PyRange range -> range.itemCount() > 0;
            case DictView view -> view.dict().itemCount() > 0;
            case LoopContext loop -> loop.length() > 0;
            default -> true;
        };
    }

    /** {@code len(value)}, or -1 where Python has none. */
    static int lengthOrMinusOne(Object value) {
        return switch (value) {
            case String text -> Chars.length(text);
            case Markup markup -> Chars.length(markup.text());
            case PySequence sequence -> sequence.items().size();
            case PyDict dict -> dict.itemCount();
            case PyRange range -> range.itemCount();
            case DictView view -> view.dict().itemCount();
            case Undefined undefined -> 0;
            case LoopContext loop -> loop.length();
            default -> -1;
        };
    }

    static int length(Object value) {
        int length = lengthOrMinusOne(value);
        if (length < 0) {
            throw PyError.type("object of type '" + typeName(value) + "' has no len()");
        }
        return length;
    }

    /** {@code iter(value)}, or null where Python refuses; each item costs a step. */
    static @Nullable PyIterator iterateOrNull(Object value, Budget budget) {
        return switch (value) {
            case PySequence sequence -> PyIterator.over(sequence.items().iterator(), budget);
            case PyDict dict ->
                PyIterator.over(dict.entries().stream().map(PyDict.Entry::key).iterator(), budget);
            case DictView view ->
                PyIterator.over(view.dict().entries().stream().map(view::show).iterator(), budget);
            case String text -> PyIterator.over(characters(text), budget);
            case Markup markup -> PyIterator.over(characters(markup.text()), budget);
            case PyRange range -> PyIterator.over(rangeItems(range), budget);
            case PyIterator iterator -> iterator;
            case Undefined undefined -> PyIterator.empty();
            case LoopContext loop -> loop.pairs();
            default -> null;
        };
    }

    private static Iterator<Object> rangeItems(PyRange range) {
        return IntStream.range(0, range.itemCount()).<Object>mapToObj(range::at).iterator();
    }

    private static Iterator<Object> characters(String text) {
        return text.codePoints().<Object>mapToObj(Chars::of).iterator();
    }

    static PyIterator iterate(Object value, Budget budget) {
        PyIterator iterator = iterateOrNull(value, budget);
        if (iterator == null) {
            throw PyError.type("'" + typeName(value) + "' object is not iterable");
        }
        return iterator;
    }

    /** {@code list(value)} as a Java list the caller may change. */
    static List<Object> items(Object value, Budget budget) {
        if (value instanceof PySequence sequence) {
            budget.steps(sequence.items().size());
            return new ArrayList<>(sequence.items());
        }
        PyIterator iterator = iterate(value, budget);
        List<Object> items = new ArrayList<>();
        for (Object item = iterator.next(); item != null; item = iterator.next()) {
            items.add(item);
        }
        budget.allocate(items.size());
        return items;
    }
}
