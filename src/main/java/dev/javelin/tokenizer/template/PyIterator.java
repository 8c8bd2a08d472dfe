package dev.javelin.tokenizer.template;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A running iteration, also the value that lazy filters give: consumed once. Confined to one render. */
abstract class PyIterator {
    /** The next item, or null at the end; after the end always null. */
    abstract @Nullable Object next();

    /** Over a Java iterator, each item costing a step. */
    static PyIterator over(Iterator<?> items, Budget budget) {
        return new PyIterator() {
            @Override
            @Nullable Object next() {
                budget.step();
                return items.hasNext() ? items.next() : null;
            }
        };
    }

    static PyIterator empty() {
        return new PyIterator() {
            @Override
            @Nullable Object next() {
                return null;
            }
        };
    }
}
