package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code loop}, and the iteration behind it: looks one item ahead, and at all of them, only when asked.
 * Confined to one render.
 */
final class LoopContext implements PyCallable {
    private final Object iterable;
    private final Budget budget;
    private final @Nullable PyCallable recurse;
    private final int depth0;
    private PyIterator iterator;
    private int length = -1;
    private int index0 = -1;
    private @Nullable Object before;
    private @Nullable Object current;
    private @Nullable Object after;
    private @Nullable Object lastChanged;

    /**
     * Starts an iteration.
     *
     * @param recurse renders the loop again over other items, or null if the loop is not recursive
     */
    LoopContext(Object iterable, @Nullable PyCallable recurse, int depth0, Budget budget) {
        this.iterable = iterable;
        this.iterator = Py.iterate(iterable, budget);
        this.recurse = recurse;
        this.depth0 = depth0;
        this.budget = budget;
    }

    /** Moves to the next item; null at the end. */
    @Nullable Object advance() {
        Object item = after;
        if (item == null) {
            item = iterator.next();
        }
        after = null;
        if (item != null) {
            index0++;
            before = current;
            current = item;
        }
        return item;
    }

    int index0() {
        return index0;
    }

    int depth0() {
        return depth0;
    }

    int length() {
        if (length < 0) {
            length = Py.lengthOrMinusOne(iterable);
            if (length < 0) {
                List<Object> rest = new ArrayList<>(Py.items(iterator, budget));
                length = rest.size() + index0 + 1 + (after == null ? 0 : 1);
                iterator = PyIterator.over(rest.iterator(), budget);
            }
        }
        return length;
    }

    private @Nullable Object peek() {
        if (after == null) {
            after = iterator.next();
        }
        return after;
    }

    @Nullable Object attribute(String name) {
        return switch (name) {
            case "index" -> index0 + 1L;
            case "index0" -> (long) index0;
            case "first" -> index0 == 0;
            case "last" -> peek() == null;
            case "length" -> (long) length();
            case "revindex" -> (long) length() - index0;
            case "revindex0" -> (long) length() - index0 - 1;
            case "depth" -> depth0 + 1L;
            case "depth0" -> (long) depth0;
            case "previtem" -> index0 == 0 || before == null ? Undefined.hint("there is no previous item") : before;
            case "nextitem" -> {
                Object next = peek();
                yield next == null ? Undefined.hint("there is no next item") : next;
            }
            case "cycle" -> (PyCallable) (in, arguments) -> cycle(arguments);
            case "changed" -> (PyCallable) (in, arguments) -> changed(arguments);
            default -> null;
        };
    }

    private Object cycle(Arguments arguments) {
        List<Object> values = arguments.positional();
        if (values.isEmpty()) {
            throw PyError.type("no items for cycling given");
        }
        return values.get(index0 % values.size());
    }

    private Object changed(Arguments arguments) {
        PyTuple value = new PyTuple(arguments.positional());
        if (lastChanged != null && Comparison.equal(lastChanged, value, budget)) {
            return false;
        }
        lastChanged = value;
        return true;
    }

    /** Iterating over the loop itself gives its items, each beside the loop. */
    PyIterator pairs() {
        return new PyIterator() {
            @Override
            @Nullable Object next() {
                Object item = advance();
                return item == null ? null : PyTuple.of(item, LoopContext.this);
            }
        };
    }

    @Override
    public Object call(Interpreter interpreter, Arguments arguments) {
        if (recurse == null) {
            throw PyError.type("The loop must have the 'recursive' marker to be called recursively.");
        }
        return recurse.call(interpreter, arguments);
    }
}
