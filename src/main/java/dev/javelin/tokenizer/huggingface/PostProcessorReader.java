package dev.javelin.tokenizer.huggingface;

import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.pipeline.Template;
import java.util.stream.IntStream;

/** Reads the section {@code post_processor}: the ids around a single text. Stateless. */
final class PostProcessorReader {
    private PostProcessorReader() {}

    static Template read(Component section) {
        if (section.isAbsent()) {
            return Template.NONE;
        }
        return switch (section.type()) {
            case "Sequence" -> sequence(section);
            case "TemplateProcessing" -> template(section);
            case "BertProcessing", "RobertaProcessing" -> new Template(pairId(section, "cls"), pairId(section, "sep"));
            // Changes offsets only.
            case "ByteLevel" -> Template.NONE;
            default -> throw section.unsupportedType();
        };
    }

    private static Template sequence(Component section) {
        Template result = Template.NONE;
        for (Component processor : section.children("processors")) {
            result = result.within(read(processor));
        }
        return result;
    }

    private static Template template(Component section) {
        IntStream.Builder prefix = IntStream.builder();
        IntStream.Builder suffix = IntStream.builder();
        boolean textSeen = false;
        for (Component piece : section.children("single")) {
            if (!piece.child("Sequence").isAbsent()) {
                if (textSeen) {
                    throw piece.unsupported("a second Sequence");
                }
                textSeen = true;
                continue;
            }
            String name = piece.child("SpecialToken").text("id");
            Component token = section.child("special_tokens").child(name);
            for (Component id : token.children("ids")) {
                (textSeen ? suffix : prefix).add(idOf(id));
            }
        }
        if (!textSeen) {
            throw section.unsupported("a template without a Sequence");
        }
        return new Template(prefix.build().toArray(), suffix.build().toArray());
    }

    private static int idOf(Component id) {
        if (!id.json().isIntegralNumber()
                || !id.json().canConvertToInt()
                || id.json().intValue() < 0
                || id.json().intValue() >= Vocabulary.MAX_TOKENS) {
            throw id.unsupported("the id " + id.json());
        }
        return id.json().intValue();
    }

    /** The id of a pair {@code ["</s>", 2]}. */
    private static int[] pairId(Component section, String key) {
        var pair = section.children(key);
        if (pair.size() != 2) {
            throw section.corrupt(key, "a pair of text and id");
        }
        return new int[] {idOf(pair.getLast())};
    }
}
