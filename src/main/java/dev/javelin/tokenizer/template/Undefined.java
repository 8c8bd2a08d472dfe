package dev.javelin.tokenizer.template;

import org.jspecify.annotations.Nullable;

/** Jinja's undefined value: prints as nothing, is empty and false; anything else fails with its message. Immutable. */
final class Undefined {
    private final PyError.Kind kind;
    private final @Nullable String hint;
    private final @Nullable Object owner;
    private final Object name;

    private Undefined(PyError.Kind kind, @Nullable String hint, @Nullable Object owner, Object name) {
        this.kind = kind;
        this.hint = hint;
        this.owner = owner;
        this.name = name;
    }

    static Undefined name(String name) {
        return new Undefined(PyError.Kind.UNDEFINED, null, null, name);
    }

    static Undefined hint(String hint) {
        return new Undefined(PyError.Kind.UNDEFINED, hint, null, "");
    }

    /** A missing attribute (a string) or element of a value. */
    static Undefined member(Object owner, Object name) {
        return new Undefined(PyError.Kind.UNDEFINED, null, owner, name);
    }

    /** An attribute that the sandbox hides. */
    static Undefined unsafe(Object owner, String name) {
        String hint = "access to attribute " + Repr.quote(name) + " of '" + Py.typeName(owner) + "' object is unsafe.";
        return new Undefined(PyError.Kind.SECURITY, hint, owner, name);
    }

    PyError error() {
        return new PyError(kind, message());
    }

    private String message() {
        if (hint != null) {
            return hint;
        }
        if (owner == null) {
            return Repr.repr(name) + " is undefined";
        }
        return Py.stringOrNull(name) == null
                ? Py.describe(owner) + " has no element " + Repr.repr(name)
                : "'" + Py.describe(owner) + "' has no attribute " + Repr.repr(name);
    }
}
