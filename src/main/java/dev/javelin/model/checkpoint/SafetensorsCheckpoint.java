package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a Hugging Face model's folder: one safetensors file, or several with an index. Any thread may read it;
 * the owner closes it.
 */
public final class SafetensorsCheckpoint implements Checkpoint {
    private static final int NAMES_SHOWN = 8;

    private final Path folder;
    private final List<SafetensorsFile> files;
    private final Map<String, SafetensorsTensor> byName;

    private SafetensorsCheckpoint(Path folder, List<SafetensorsFile> files, Map<String, SafetensorsTensor> byName) {
        this.folder = folder;
        this.files = files;
        this.byName = byName;
    }

    /**
     * Maps and checks every file of a folder's checkpoint.
     *
     * @throws JavelinException {@code MODEL_UNAVAILABLE} if there is none or a shard is missing, {@code MODEL_CORRUPT}
     *     naming file, field and value if one is damaged or the index contradicts the shards, {@code MODEL_UNSUPPORTED}
     *     for a type that is not known
     */
    public static SafetensorsCheckpoint open(Path folder) {
        List<String> names = names(folder);
        Path indexFile = folder.resolve(SafetensorsIndex.FILE_NAME);
        SafetensorsIndex index = names.contains(SafetensorsIndex.FILE_NAME) ? SafetensorsIndex.read(indexFile) : null;
        List<String> shards = index == null ? List.of(single(folder, names)) : index.files();
        List<SafetensorsFile> files = new ArrayList<>();
        boolean opened = false;
        try {
            Map<String, SafetensorsTensor> byName = new LinkedHashMap<>();
            for (String shard : shards) {
                if (!names.contains(shard)) {
                    throw new JavelinException(
                            ErrorCode.MODEL_UNAVAILABLE,
                            folder + " has no " + shard + ", which " + SafetensorsIndex.FILE_NAME + " names");
                }
                SafetensorsFile file = SafetensorsFile.open(folder.resolve(shard));
                files.add(file);
                file.tensors().forEach(tensor -> put(tensor, byName));
            }
            requireListed(index, byName);
            opened = true;
            return new SafetensorsCheckpoint(folder, files, byName);
        } finally {
            if (!opened) {
                files.forEach(SafetensorsFile::close);
            }
        }
    }

    private static String single(Path folder, List<String> names) {
        return SafetensorsIndex.trySingle(names)
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNAVAILABLE,
                        folder + " has no model.safetensors, no " + SafetensorsIndex.FILE_NAME
                                + " and not exactly one file in the format"));
    }

    private static void put(SafetensorsTensor tensor, Map<String, SafetensorsTensor> byName) {
        SafetensorsTensor other = byName.putIfAbsent(tensor.name(), tensor);
        if (other != null) {
            throw SafetensorsHeader.corrupt(
                    tensor.source(), "tensor " + tensor.name(), "here", other.source() + " has it too");
        }
    }

    /** Every tensor that the index names is in the shard that it names. */
    private static void requireListed(@Nullable SafetensorsIndex index, Map<String, SafetensorsTensor> byName) {
        if (index == null) {
            return;
        }
        List<String> wrong = index.fileOf().entrySet().stream()
                .filter(entry -> {
                    SafetensorsTensor tensor = byName.get(entry.getKey());
                    return tensor == null || !tensor.source().equals(entry.getValue());
                })
                .map(entry -> entry.getKey() + " in " + entry.getValue())
                .toList();
        if (!wrong.isEmpty()) {
            throw SafetensorsHeader.corrupt(
                    SafetensorsIndex.FILE_NAME,
                    "weight_map",
                    String.join(", ", wrong.subList(0, Math.min(NAMES_SHOWN, wrong.size()))),
                    wrong.size() + " tensors are not in the files that it names");
        }
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + folder + ": " + e, e);
        }
    }

    /** How many files hold the weights. */
    public int fileCount() {
        return files.size();
    }

    @Override
    public String source() {
        return String.valueOf(folder.getFileName());
    }

    @Override
    public List<SafetensorsTensor> tensors() {
        return List.copyOf(byName.values());
    }

    @Override
    public Optional<SafetensorsTensor> tryTensor(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    @Override
    public long fileBytes() {
        return files.stream().mapToLong(SafetensorsFile::fileBytes).sum();
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
