package dev.javelin.tokenizer.template;

import java.util.List;

/** A list or tuple. Immutable: templates cannot change one. */
sealed interface PySequence permits PyList, PyTuple {
    List<Object> items();
}
