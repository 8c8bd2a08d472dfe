package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A macro as a value: its definition plus the variables it was defined among. Confined to one render. */
final class MacroFunction implements PyCallable {
    private final MacroBody macro;
    private final Activation outer;

    MacroFunction(MacroBody macro, Activation outer) {
        this.macro = macro;
        this.outer = outer;
    }

    private String name() {
        return macro.name() == null ? "None" : "'" + macro.name() + "'";
    }

    String describe() {
        return macro.name() == null ? "<Macro anonymous>" : "<Macro " + name() + ">";
    }

    @Nullable Object attribute(String attribute) {
        return switch (attribute) {
            case "name" -> macro.name() == null ? PyNone.NONE : macro.name();
            case "arguments" ->
                new PyTuple(
                        macro.parameters().stream().<Object>map(Expr.Name::name).toList());
            case "catch_kwargs" -> macro.layout().catchesKwargs;
            case "catch_varargs" -> macro.layout().catchesVarargs;
            case "caller" -> macro.layout().catchesCaller;
            case "explicit_caller" ->
                macro.parameters().stream()
                        .anyMatch(parameter -> parameter.name().equals("caller"));
            default -> null;
        };
    }

    @Override
    public Object call(Interpreter interpreter, Arguments arguments) {
        MacroLayout layout = macro.layout();
        Activation activation = new Activation(layout.function.slotCount(), outer.context, outer);
        layout.frame.enter(activation);
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        List<Object> positional = arguments.positional();
        List<Expr.Name> parameters = macro.parameters();
        boolean foundCaller = positional.size() >= parameters.size() && hasParameter("caller");
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i).name();
            Object value = i < positional.size() ? positional.get(i) : named.remove(parameter);
            foundCaller |= i >= positional.size() && parameter.equals("caller");
            parameters.get(i).binding().write(activation, value);
        }
        if (layout.catchesCaller && !foundCaller) {
            Object caller = named.remove("caller");
            layout.caller.write(
                    activation, caller == null || caller == PyNone.NONE ? Undefined.hint("No caller defined") : caller);
        }
        takeRest(named, positional, activation);
        fillDefaults(interpreter, activation);
        return interpreter.capture(macro.body(), activation);
    }

    private boolean hasParameter(String name) {
        return macro.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(name));
    }

    /** Hands what no parameter took to {@code kwargs} and {@code varargs}, or refuses it. */
    private void takeRest(Map<String, Object> named, List<Object> positional, Activation activation) {
        MacroLayout layout = macro.layout();
        if (layout.catchesKwargs) {
            PyDict kwargs = new PyDict();
            named.forEach(kwargs::put);
            layout.kwargs.write(activation, kwargs);
        } else if (named.containsKey("caller")) {
            throw PyError.type("macro " + name()
                    + " was invoked with two values for the special caller argument. This is most likely a bug.");
        } else if (!named.isEmpty()) {
            throw PyError.type("macro " + name() + " takes no keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
        int count = macro.parameters().size();
        if (layout.catchesVarargs) {
            List<Object> rest = positional.size() > count ? positional.subList(count, positional.size()) : List.of();
            layout.varargs.write(activation, new PyTuple(new ArrayList<>(rest)));
        } else if (positional.size() > count) {
            throw PyError.type("macro " + name() + " takes not more than " + count + " argument(s)");
        }
    }

    private void fillDefaults(Interpreter interpreter, Activation activation) {
        for (int i = 0; i < macro.parameters().size(); i++) {
            Expr.Name parameter = macro.parameters().get(i);
            if (parameter.binding().read(activation) == null) {
                Expr fallback = macro.defaultOf(i);
                parameter
                        .binding()
                        .write(
                                activation,
                                fallback == null
                                        ? Undefined.hint("parameter '" + parameter.name() + "' was not provided")
                                        : interpreter.evaluate(fallback, activation));
            }
        }
    }
}
