package dev.javelin.tokenizer.template;

/** A string marked as safe HTML: joined with a plain string, it escapes that one. Immutable. */
record Markup(String text) {
    /** Any value as Markup, escaped unless it is Markup already. */
    static Markup escape(Object value) {
        return value instanceof Markup markup ? markup : new Markup(escapeText(Repr.str(value)));
    }

    static String escapeText(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }
}
