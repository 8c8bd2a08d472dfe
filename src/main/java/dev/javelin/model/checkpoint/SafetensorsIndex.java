package dev.javelin.model.checkpoint;

import dev.javelin.error.JavelinException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Which file of a sharded checkpoint holds which tensor, as {@code model.safetensors.index.json} says. Immutable.
 *
 * @param fileOf file name by tensor name, in the index's order; names never leave the folder
 */
public record SafetensorsIndex(Map<String, String> fileOf) {
    /** The index's name in a model's folder. */
    public static final String FILE_NAME = "model.safetensors.index.json";

    private static final String SINGLE_NAME = "model.safetensors";
    private static final String SUFFIX = ".safetensors";
    private static final Pattern SHARD_NAME = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.safetensors");
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._ -]{0,200}");
    private static final long LIMIT_BYTES = 128 << 20;

    /** Copies the map. */
    public SafetensorsIndex {
        fileOf = Collections.unmodifiableMap(new LinkedHashMap<>(fileOf));
    }

    /**
     * Reads an index.
     *
     * @throws JavelinException {@code MODEL_UNAVAILABLE} if it cannot be read, {@code MODEL_CORRUPT} naming what it
     *     says wrongly
     */
    public static SafetensorsIndex read(Path file) {
        String source = String.valueOf(file.getFileName());
        JsonKeys keys = JsonKeys.of(source, JsonFiles.read(file, LIMIT_BYTES));
        JsonKeys map = keys.findObject("weight_map").orElseThrow(() -> keys.missing("weight_map"));
        Map<String, String> fileOf = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.json().properties()) {
            String name = entry.getValue().asString("");
            if (!entry.getValue().isString() || !PLAIN_NAME.matcher(name).matches() || !name.endsWith(SUFFIX)) {
                throw map.corrupt(entry.getKey(), entry.getValue(), "it must name a file like a" + SUFFIX);
            }
            fileOf.put(entry.getKey(), name);
        }
        if (fileOf.isEmpty()) {
            throw keys.corrupt("weight_map", "empty", "it must name files");
        }
        return new SafetensorsIndex(fileOf);
    }

    /** The files, each once, by name. */
    public List<String> files() {
        return fileOf.values().stream().distinct().sorted().toList();
    }

    /** Whether a folder with these files has weights in this format, whole or in shards. */
    public static boolean isAmong(Collection<String> names) {
        return names.contains(FILE_NAME) || trySingle(names).isPresent();
    }

    /**
     * The one file of a checkpoint without an index: {@code model.safetensors}, else the only one of its kind, which
     * must not be called a shard of several.
     *
     * @param names all files of the folder
     */
    public static Optional<String> trySingle(Collection<String> names) {
        if (names.contains(SINGLE_NAME)) {
            return Optional.of(SINGLE_NAME);
        }
        List<String> all = names.stream()
                .filter(name -> name.endsWith(SUFFIX) && name.indexOf('/') < 0)
                .toList();
        return all.size() == 1 && !SHARD_NAME.matcher(all.getFirst()).matches()
                ? Optional.of(all.getFirst())
                : Optional.empty();
    }
}
