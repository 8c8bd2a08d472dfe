package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluated arguments of a call. Immutable by convention: nobody changes the collections after construction.
 *
 * @param positional in order
 * @param named by name, in order
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** Positional arguments only. */
    static Arguments of(Object... values) {
        return new Arguments(List.of(values), Map.of());
    }

    /** Assigns arguments to parameters, the first {@code required} of which must be given. */
    Bound bind(String function, int required, String... parameters) {
        if (named.isEmpty() && positional.size() == parameters.length) {
            return new Bound(function, new ArrayList<>(positional));
        }
        if (positional.size() > parameters.length) {
            throw PyError.type(function + "() takes at most " + parameters.length + " arguments ("
                    + (positional.size() + named.size()) + " given)");
        }
        List<@Nullable Object> values = new ArrayList<>(positional);
        int used = 0;
        for (int i = positional.size(); i < parameters.length; i++) {
            Object value = named.get(parameters[i]);
            used += value == null ? 0 : 1;
            if (value == null && i < required) {
                throw PyError.type(function + "() missing required argument: '" + parameters[i] + "'");
            }
            values.add(value);
        }
        if (used < named.size()) {
            throw unexpected(function, List.of(parameters));
        }
        return new Bound(function, values);
    }

    private PyError unexpected(String function, List<String> parameters) {
        for (String name : named.keySet()) {
            int index = parameters.indexOf(name);
            if (index < 0) {
                return PyError.type(function + "() got an unexpected keyword argument '" + name + "'");
            }
            if (index < positional.size()) {
                return PyError.type(function + "() got multiple values for argument '" + name + "'");
            }
        }
        return PyError.type(function + "() got unexpected keyword arguments");
    }

    /** Positional arguments only, of a function that takes no names. */
    Bound positionalOnly(String function, int required, int maximum) {
        if (!named.isEmpty()) {
            throw PyError.type(function + "() takes no keyword arguments");
        }
        int given = positional.size();
        if (given < required || given > maximum) {
            String bound = given < required ? "at least " + required : "at most " + maximum;
            throw PyError.type(function + " expected " + (required == maximum ? "" + required : bound) + " argument"
                    + (required == 1 && maximum == 1 ? "" : "s") + ", got " + given);
        }
        List<@Nullable Object> values = new ArrayList<>(positional);
        while (values.size() < maximum) {
            values.add(null);
        }
        return new Bound(function, values);
    }

    /** The arguments behind the first. */
    Arguments rest(int from) {
        return new Arguments(positional.subList(from, positional.size()), named);
    }
}
