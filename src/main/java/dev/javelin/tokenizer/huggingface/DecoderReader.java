package dev.javelin.tokenizer.huggingface;

import dev.javelin.tokenizer.LeadingSpace;
import dev.javelin.tokenizer.TokenSpelling;
import dev.javelin.tokenizer.bpe.ByteLevelSpelling;
import dev.javelin.tokenizer.bpe.SentencePieceSpelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the section {@code decoder}: how tokens spell bytes, and what happens to the first space. Stateless. */
final class DecoderReader {
    /** What the section says. */
    record Result(TokenSpelling spelling, LeadingSpace leadingSpace) {}

    private DecoderReader() {}

    static Result read(Component section) {
        if (section.isAbsent()) {
            throw section.unsupported("a tokenizer without a decoder");
        }
        List<Component> steps = section.type().equals("Sequence") ? section.children("decoders") : List.of(section);
        List<Map.Entry<String, String>> replacements = new ArrayList<>();
        boolean byteLevel = false;
        boolean byteFallback = false;
        LeadingSpace leadingSpace = LeadingSpace.KEEP;
        for (Component step : steps) {
            switch (step.type()) {
                case "ByteLevel" -> byteLevel = true;
                case "Replace" -> replacements.add(Map.entry(NormalizerReader.literal(step), step.text("content")));
                case "ByteFallback" -> byteFallback = true;
                case "Fuse" -> {} // Joins tokens, as decoding to bytes does anyway.
                case "Strip" -> leadingSpace = strip(step);
                case "Metaspace" -> {
                    replacements.add(Map.entry(step.text("replacement"), " "));
                    leadingSpace = metaspace(step);
                }
                default -> throw step.unsupportedType();
            }
        }
        if (byteLevel && steps.size() > 1) {
            throw section.unsupported("ByteLevel beside other decoders");
        }
        return new Result(
                byteLevel ? new ByteLevelSpelling() : new SentencePieceSpelling(replacements, byteFallback),
                leadingSpace);
    }

    private static LeadingSpace strip(Component step) {
        int start = step.number("start", Integer.MAX_VALUE);
        int stop = step.number("stop", Integer.MAX_VALUE);
        if (start > 1 || stop != 0 || !step.text("content").equals(" ")) {
            throw step.unsupported("a Strip other than of one leading space");
        }
        return start == 1 ? LeadingSpace.STRIP_ONE : LeadingSpace.KEEP;
    }

    private static LeadingSpace metaspace(Component step) {
        boolean never = step.isUnset("prepend_scheme")
                ? !step.flag("add_prefix_space", true)
                : step.text("prepend_scheme").equals("never");
        return never ? LeadingSpace.KEEP : LeadingSpace.STRIP_FIRST_TOKEN;
    }
}
