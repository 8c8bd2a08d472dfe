package dev.javelin.tokenizer.pipeline;

import java.util.List;

/** Rewrites text before it is cut into pieces. Thread-safe because immutable. */
public sealed interface Normalizer {
    /** The text rewritten. */
    String apply(String text);

    /** Leaves text as it is. */
    static Normalizer none() {
        return new Sequence(List.of());
    }

    /**
     * A Unicode normalization form.
     *
     * @param form NFC, NFD, NFKC or NFKD
     */
    record UnicodeForm(java.text.Normalizer.Form form) implements Normalizer {
        /** Below it every character is its own composed form, and nothing composes with what stands before it. */
        private static final char FIRST_COMBINING = 0x300;

        private static final char FIRST_DECOMPOSABLE = 0xA0;

        @Override
        public String apply(String text) {
            char limit = form == java.text.Normalizer.Form.NFC ? FIRST_COMBINING : FIRST_DECOMPOSABLE;
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) >= limit) {
                    return java.text.Normalizer.normalize(text, form);
                }
            }
            return text;
        }
    }

    /**
     * Puts a text before every text that is not empty.
     *
     * @param prefix usually {@code ▁}
     */
    record Prepend(String prefix) implements Normalizer {
        @Override
        public String apply(String text) {
            return text.isEmpty() ? text : prefix + text;
        }
    }

    /**
     * Replaces every occurrence.
     *
     * @param target what is replaced
     * @param replacement what stands there then
     */
    record Replace(String target, String replacement) implements Normalizer {
        @Override
        public String apply(String text) {
            return text.replace(target, replacement);
        }
    }

    /** Lower case, without regard to any language. */
    record Lowercase() implements Normalizer {
        @Override
        public String apply(String text) {
            StringBuilder lower = new StringBuilder(text.length());
            // One character at a time, as the reference: String.toLowerCase knows the final sigma.
            text.codePoints().forEach(c -> lower.append(Character.toString(c).toLowerCase(java.util.Locale.ROOT)));
            return lower.toString();
        }
    }

    /**
     * Takes white space away.
     *
     * @param left at the beginning
     * @param right at the end
     */
    record Strip(boolean left, boolean right) implements Normalizer {
        @Override
        public String apply(String text) {
            int start = left ? WhiteSpace.skipForward(text, 0) : 0;
            int end = right ? WhiteSpace.skipBackward(text, text.length()) : text.length();
            return text.substring(start, Math.max(start, end));
        }
    }

    /**
     * One after the other.
     *
     * @param steps in order
     */
    record Sequence(List<Normalizer> steps) implements Normalizer {
        /** Copies the list. */
        public Sequence {
            steps = List.copyOf(steps);
        }

        @Override
        public String apply(String text) {
            String current = text;
            for (Normalizer step : steps) {
                current = step.apply(current);
            }
            return current;
        }
    }
}
