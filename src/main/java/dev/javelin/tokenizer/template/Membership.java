package dev.javelin.tokenizer.template;

/** Python's {@code in}. Stateless. */
final class Membership {
    private Membership() {}

    static boolean contains(Object container, Object item, Budget budget) {
        return switch (container) {
            case String text -> containsText(text, item, budget);
            case Markup markup -> containsText(markup.text(), item, budget);
            case PyDict dict -> dict.contains(item);
            case PyRange range -> inRange(range, item);
            case DictView view
            when view.part() == DictView.Part.KEYS -> view.dict().contains(item);
            case DictView view when view.part() == DictView.Part.ITEMS -> inItems(view.dict(), item, budget);
            default -> scan(container, item, budget);
        };
    }

    private static boolean containsText(String text, Object item, Budget budget) {
        String part = Py.stringOrNull(item);
        if (part == null) {
            throw PyError.type("'in <string>' requires string as left operand, not " + Py.typeName(item));
        }
        budget.search(text.length(), part.length());
        return text.contains(part);
    }

    private static boolean inRange(PyRange range, Object item) {
        if (!Numbers.isNumber(item) || Numbers.isNaN(item)) {
            return false;
        }
        Object key = Comparison.hashKey(item);
        return key instanceof Long number && range.contains(number);
    }

    private static boolean inItems(PyDict dict, Object item, Budget budget) {
        if (!(item instanceof PyTuple pair) || pair.items().size() != 2) {
            return false;
        }
        Object value = dict.get(pair.items().getFirst());
        return value != null && Comparison.equal(value, pair.items().getLast(), budget);
    }

    private static boolean scan(Object container, Object item, Budget budget) {
        PyIterator iterator = Py.iterateOrNull(container, budget);
        if (iterator == null) {
            throw PyError.type("argument of type '" + Py.typeName(container) + "' is not iterable");
        }
        for (Object next = iterator.next(); next != null; next = iterator.next()) {
            if (Comparison.same(next, item) || Comparison.equal(next, item, budget)) {
                return true;
            }
        }
        return false;
    }
}
