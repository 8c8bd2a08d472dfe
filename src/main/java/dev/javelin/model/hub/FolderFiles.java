package dev.javelin.model.hub;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Which files make a Hugging Face model, by name. Stateless. */
final class FolderFiles {
    /** What the model computes. */
    static final String CONFIG = "config.json";

    /** What may lie beside it and is read, in this order. */
    private static final List<String> COMPANIONS =
            List.of("generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja");

    private FolderFiles() {}

    /** The configuration and what is there of its companions. */
    static List<String> configuration(Collection<String> names) {
        return Stream.concat(Stream.of(CONFIG), COMPANIONS.stream().filter(names::contains))
                .toList();
    }
}
