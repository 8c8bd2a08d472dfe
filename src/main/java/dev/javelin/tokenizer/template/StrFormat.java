package dev.javelin.tokenizer.template;

/** Python's {@code str.format} as the sandbox runs it: fields look members up like the template does. Used once. */
final class StrFormat {
    private final Arguments arguments;
    private final Interpreter interpreter;
    private int automatic;
    private boolean manual;

    StrFormat(Arguments arguments, Interpreter interpreter) {
        this.arguments = arguments;
        this.interpreter = interpreter;
    }

    String format(String text) {
        return format(text, 2);
    }

    private String format(String text, int depth) {
        if (depth < 0) {
            throw PyError.value("Max string recursion exceeded");
        }
        StringBuilder out = new StringBuilder();
        int pos = 0;
        while (pos < text.length()) {
            char c = text.charAt(pos);
            boolean doubled = pos + 1 < text.length() && text.charAt(pos + 1) == c;
            if (c == '{' && !doubled) {
                int end = fieldEnd(text, pos + 1);
                out.append(field(text.substring(pos + 1, end), depth));
                interpreter.budget().checkOutput(out.length());
                pos = end + 1;
            } else if (c == '}' && !doubled) {
                throw PyError.value("Single '}' encountered in format string");
            } else {
                out.append(c);
                pos += c == '{' || c == '}' ? 2 : 1;
            }
        }
        return out.toString();
    }

    private static int fieldEnd(String text, int from) {
        int depth = 1;
        boolean bracket = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '[') {
                bracket = true;
            } else if (c == ']') {
                bracket = false;
            } else if (!bracket || depth > 1) {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            }
            if (depth == 0) {
                return i;
            }
        }
        throw PyError.value(
                from >= text.length()
                        ? "Single '{' encountered in format string"
                        : "expected '}' before end of string");
    }

    private String field(String field, int depth) {
        interpreter.budget().step();
        int bang = outside(field, '!');
        int colon = outside(field, ':');
        if (bang >= 0 && colon >= 0 && colon < bang) {
            bang = -1;
        }
        int nameEnd = bang >= 0 ? bang : colon >= 0 ? colon : field.length();
        Object value = lookUp(field.substring(0, nameEnd));
        if (bang >= 0) {
            if (bang + 1 >= field.length() || (bang + 2 < field.length() && field.charAt(bang + 2) != ':')) {
                throw PyError.value("expected ':' after conversion specifier");
            }
            value = convert(value, field.charAt(bang + 1));
            colon = bang + 2 < field.length() ? bang + 2 : -1;
        }
        String spec = colon < 0 ? "" : format(field.substring(colon + 1), depth - 1);
        return FormatSpec.format(value, spec, interpreter.budget());
    }

    /** Where a character stands outside brackets, or -1. */
    private static int outside(String field, char wanted) {
        boolean bracket = false;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            bracket = c == '[' || (bracket && c != ']');
            if (!bracket && c == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static Object convert(Object value, char conversion) {
        return switch (conversion) {
            case 's' -> Repr.str(value);
            case 'r' -> Repr.repr(value);
            case 'a' -> Repr.ascii(value);
            default -> throw PyError.value("Unknown conversion specifier '" + conversion + "'");
        };
    }

    private Object lookUp(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        Object value = end == name.length() ? numbered(name) : first(name.substring(0, end));
        int pos = end;
        while (pos < name.length()) {
            if (name.charAt(pos) == '.') {
                int stop = pos + 1;
                while (stop < name.length() && name.charAt(stop) != '.' && name.charAt(stop) != '[') {
                    stop++;
                }
                if (stop == pos + 1) {
                    throw PyError.value("Empty attribute in format string");
                }
                value = Attributes.attribute(value, name.substring(pos + 1, stop));
                pos = stop;
            } else {
                int close = name.indexOf(']', pos);
                if (name.charAt(pos) != '[' || close < 0) {
                    throw PyError.value("Missing ']' in format string");
                }
                value = Attributes.item(value, index(name.substring(pos + 1, close)));
                pos = close + 1;
            }
        }
        return value;
    }

    private static boolean isIndex(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Object index(String text) {
        return isIndex(text) ? (Object) Long.valueOf(text) : text;
    }

    /** A field that is a number or empty; those two kinds do not mix. */
    private Object numbered(String name) {
        if (!name.isEmpty() && !isIndex(name)) {
            return first(name);
        }
        if (name.isEmpty() ? manual : automatic > 0) {
            throw PyError.value("cannot switch between manual field specification and automatic field numbering");
        }
        manual |= !name.isEmpty();
        return first(name.isEmpty() ? String.valueOf(automatic++) : name);
    }

    private Object first(String name) {
        if (!isIndex(name)) {
            Object value = arguments.named().get(name);
            if (value == null) {
                throw new PyError(PyError.Kind.KEY, Repr.quote(name));
            }
            return value;
        }
        int index = Integer.parseInt(name);
        if (index >= arguments.positional().size()) {
            throw new PyError(
                    PyError.Kind.INDEX, "Replacement index " + index + " out of range for positional args tuple");
        }
        return arguments.positional().get(index);
    }
}
