package dev.javelin.tokenizer.template;

import java.util.Map;

/** Text out of HTML, as markupsafe strips it. Stateless. */
final class HtmlText {
    /** The entities that chat text may hold; others stay as they are. */
    private static final Map<String, String> ENTITIES = Map.of(
            "amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0", "copy", "\u00a9", "hellip",
            "\u2026", "mdash", "\u2014", "ndash", "\u2013");

    private HtmlText() {}

    static String stripTags(String text) {
        String plain = cut(cut(text, "<!--", "-->"), "<", ">");
        return unescape(String.join(" ", TextCase.splitSpaces(plain, -1)));
    }

    /** Cuts every span from one mark to the next other one. */
    private static String cut(String text, String open, String close) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (true) {
            int start = text.indexOf(open, from);
            int end = start < 0 ? -1 : text.indexOf(close, start);
            if (end < 0) {
                return out.append(text, from, text.length()).toString();
            }
            out.append(text, from, start);
            from = end + close.length();
        }
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (int at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
            out.append(text, from, at);
            int end = text.substring(at, Math.min(text.length(), at + 11)).indexOf(';') + at;
            String entity = end < at ? "" : character(text.substring(at + 1, end));
            out.append(entity.isEmpty() ? "&" : entity);
            from = entity.isEmpty() ? at + 1 : end + 1;
        }
        return out.append(text, from, text.length()).toString();
    }

    private static String character(String name) {
        if (!name.startsWith("#")) {
            return ENTITIES.getOrDefault(name, "");
        }
        boolean hex = name.startsWith("#x") || name.startsWith("#X");
        String digits = name.substring(hex ? 2 : 1);
        Object code = IntText.parseInt(digits, hex ? 16 : 10);
        boolean valid = code instanceof Long number && number > 0 && number <= Character.MAX_CODE_POINT;
        return valid && code instanceof Long number ? Chars.of(number.intValue()) : "";
    }
}
