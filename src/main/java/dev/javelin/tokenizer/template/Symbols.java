package dev.javelin.tokenizer.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of one scope while a template is compiled: Jinja's identifier tracking, rule for rule, since what an unset name
 * means depends on it (a name stored anywhere in a scope before it is read there never comes from the context).
 * Confined to compilation.
 */
final class Symbols {
    /** How a variable starts when its scope is entered. */
    enum Start {
        PARAMETER,
        RESOLVE,
        ALIAS,
        UNSET
    }

    /** A variable: the function that owns it and its slot there. */
    record Variable(FunctionScope function, int slot) {}

    /** A variable's start; {@code source} belongs to an alias. */
    record Load(Start start, String name, @Nullable Variable source) {}

    private final @Nullable Symbols parent;
    private final FunctionScope function;
    private final String prefix;
    private final int level;
    private final Map<String, Variable> refs;
    private final Map<Variable, Load> loads;
    private final Set<String> stores;

    private Symbols(
            @Nullable Symbols parent,
            FunctionScope function,
            String prefix,
            Map<String, Variable> refs,
            Map<Variable, Load> loads,
            Set<String> stores) {
        this.parent = parent;
        this.function = function;
        this.prefix = prefix;
        this.level = parent == null ? 0 : parent.level + 1;
        this.refs = refs;
        this.loads = loads;
        this.stores = stores;
    }

    static Symbols root(FunctionScope function) {
        return new Symbols(null, function, "l", new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
    }

    Symbols inner(FunctionScope innerFunction) {
        return inner(innerFunction, "l");
    }

    /** An inner scope whose variables share no slot with siblings of another prefix. */
    Symbols inner(FunctionScope innerFunction, String slotPrefix) {
        return new Symbols(this, innerFunction, slotPrefix, new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
    }

    Symbols copy() {
        return new Symbols(
                parent, function, prefix, new HashMap<>(refs), new LinkedHashMap<>(loads), new HashSet<>(stores));
    }

    FunctionScope function() {
        return function;
    }

    @Nullable Variable find(String name) {
        for (Symbols scope = this; scope != null; scope = scope.parent) {
            Variable found = scope.refs.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    void load(String name) {
        if (find(name) == null) {
            define(name, new Load(Start.RESOLVE, name, null));
        }
    }

    void store(String name) {
        stores.add(name);
        if (!refs.containsKey(name)) {
            define(name, startOfStored(name));
        }
    }

    private Load startOfStored(String name) {
        Variable outer = parent == null ? null : parent.find(name);
        return outer == null ? new Load(Start.UNSET, name, null) : new Load(Start.ALIAS, name, outer);
    }

    Variable declareParameter(String name) {
        stores.add(name);
        return define(name, new Load(Start.PARAMETER, name, null));
    }

    private Variable define(String name, Load load) {
        Variable variable = new Variable(function, function.slotOf(prefix + "_" + level + "_" + name));
        refs.put(name, variable);
        loads.put(variable, load);
        return variable;
    }

    /** Joins what the branches of an if did: a name that only some of them store may come from outside. */
    void joinBranches(List<Symbols> branches) {
        Set<String> stored = new HashSet<>();
        for (Symbols branch : branches) {
            stored.addAll(branch.stores);
        }
        stored.removeAll(stores);
        for (Symbols branch : branches) {
            refs.putAll(branch.refs);
            loads.putAll(branch.loads);
            stores.addAll(branch.stores);
        }
        for (String name : stored) {
            Variable target = find(name);
            if (target != null) {
                Variable outer = parent == null ? null : parent.find(name);
                loads.put(
                        target,
                        outer == null ? new Load(Start.RESOLVE, name, null) : new Load(Start.ALIAS, name, outer));
            }
        }
    }

    /** Binds a name as seen from this scope. */
    void bind(String name, Binding binding) {
        Variable variable = find(name);
        if (variable == null) {
            load(name);
            variable = find(name);
        }
        if (variable != null) {
            bind(variable, binding);
        }
    }

    void bind(Variable variable, Binding binding) {
        binding.bind(function.nesting() - variable.function().nesting(), variable.slot());
    }

    /** Names stored in this scope or around it, innermost first. */
    Map<String, Variable> visibleStores() {
        Map<String, Variable> all = new LinkedHashMap<>();
        for (Symbols scope = this; scope != null; scope = scope.parent) {
            for (String name : scope.stores) {
                Variable variable = find(name);
                if (variable != null) {
                    all.putIfAbsent(name, variable);
                }
            }
        }
        return all;
    }

    void writeTo(FrameLayout layout) {
        loads.forEach((variable, load) -> layout.add(
                switch (load.start()) {
                    case PARAMETER -> new FrameLayout.Load.Parameter(variable.slot());
                    case RESOLVE -> new FrameLayout.Load.Resolve(variable.slot(), load.name());
                    case UNSET -> new FrameLayout.Load.Unset(variable.slot());
                    case ALIAS -> alias(variable, load);
                }));
    }

    private FrameLayout.Load alias(Variable variable, Load load) {
        Binding source = new Binding();
        if (load.source() != null) {
            bind(load.source(), source);
        }
        return new FrameLayout.Load.Alias(variable.slot(), source);
    }
}
