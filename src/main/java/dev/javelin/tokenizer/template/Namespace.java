package dev.javelin.tokenizer.template;

/** The value of {@code namespace()}: the one thing whose attributes a template can set. Confined to one render. */
final class Namespace {
    private final PyDict attributes;

    Namespace(PyDict attributes) {
        this.attributes = attributes;
    }

    PyDict attributes() {
        return attributes;
    }
}
