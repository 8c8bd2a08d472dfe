package dev.javelin.tokenizer.huggingface;

import dev.javelin.tokenizer.pipeline.Normalizer;
import java.text.Normalizer.Form;

/** Reads the section {@code normalizer}. Stateless. */
final class NormalizerReader {
    private NormalizerReader() {}

    static Normalizer read(Component section) {
        if (section.isAbsent()) {
            return Normalizer.none();
        }
        return switch (section.type()) {
            case "Sequence" ->
                new Normalizer.Sequence(section.children("normalizers").stream()
                        .map(NormalizerReader::read)
                        .toList());
            case "NFC" -> new Normalizer.UnicodeForm(Form.NFC);
            case "NFD" -> new Normalizer.UnicodeForm(Form.NFD);
            case "NFKC" -> new Normalizer.UnicodeForm(Form.NFKC);
            case "NFKD" -> new Normalizer.UnicodeForm(Form.NFKD);
            case "Lowercase" -> new Normalizer.Lowercase();
            case "Prepend" -> new Normalizer.Prepend(section.text("prepend"));
            case "Replace" -> new Normalizer.Replace(literal(section), section.text("content"));
            case "Strip" -> new Normalizer.Strip(section.flag("strip_left", true), section.flag("strip_right", true));
            default -> throw section.unsupportedType();
        };
    }

    /** The text that a component looks for; a regular expression is refused. */
    static String literal(Component section) {
        Component pattern = section.child("pattern");
        if (pattern.isUnset("String")) {
            throw pattern.unsupported("a pattern other than a String");
        }
        return pattern.text("String");
    }
}
