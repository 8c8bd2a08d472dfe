package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.SafetensorsIndex;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Which files make a Hugging Face model, by name. Stateless. */
final class FolderFiles {
    /** What the model computes. */
    static final String CONFIG = "config.json";

    /** What may lie beside it and is read. */
    private static final List<String> COMPANIONS =
            List.of("generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja");

    private FolderFiles() {}

    /** Whether these are the files of a model that this build reads as a folder. */
    static boolean isModel(Collection<String> names) {
        return names.contains(CONFIG) && SafetensorsIndex.isAmong(names);
    }

    /** The configuration and what is there of its companions. */
    static List<String> configuration(Collection<String> names) {
        return Stream.concat(Stream.of(CONFIG), COMPANIONS.stream().filter(names::contains))
                .toList();
    }

    /** Whether an index says which files hold the weights. */
    static boolean hasIndex(Collection<String> names) {
        return names.contains(SafetensorsIndex.FILE_NAME);
    }

    /**
     * The files that hold the weights.
     *
     * @param names all files, with an index among them
     * @param index the index's file on this machine
     * @throws JavelinException MODEL_UNAVAILABLE naming a shard that is not among the files, MODEL_CORRUPT for a
     *     damaged index
     */
    static List<String> shards(Collection<String> names, Path index) {
        List<String> shards = SafetensorsIndex.read(index).files();
        for (String shard : shards) {
            if (!names.contains(shard)) {
                throw new JavelinException(
                        ErrorCode.MODEL_UNAVAILABLE,
                        SafetensorsIndex.FILE_NAME + " names " + shard + ", which is not there");
            }
        }
        return shards;
    }

    /** The file that holds the weights where there is no index. */
    static List<String> whole(Collection<String> names) {
        return SafetensorsIndex.trySingle(names).stream().toList();
    }
}
