package dev.javelin.model.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Tiny Hugging Face folders from {@code src/test/resources/golden/folders} (see the README beside). Stateless. */
public final class GoldenFolder {
    /** Every variant. */
    public static final List<String> NAMES = List.of("llama3", "mistral", "qwen2", "qwen3");

    private static final String GOLDEN = "golden.bin";

    private GoldenFolder() {}

    /**
     * Unpacks a variant and opens it; the caller closes it.
     *
     * @param parent where the folder goes; must outlive the model
     */
    public static GoldenModel open(String name, Path parent) {
        Path folder = unpack(name, parent);
        try {
            ByteBuffer golden = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(GOLDEN)))
                    .order(ByteOrder.LITTLE_ENDIAN);
            return GoldenModel.of(name, HuggingFaceModels.open(folder, name), golden);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks a variant into a folder of its name. */
    public static Path unpack(String name, Path parent) {
        String path = "/golden/folders/" + name + ".zip";
        Path folder = parent.resolve(name);
        try (InputStream in = Objects.requireNonNull(GoldenFolder.class.getResourceAsStream(path), path);
                ZipInputStream zip = new ZipInputStream(in)) {
            Files.createDirectories(folder);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.write(folder.resolve(Path.of(entry.getName()).getFileName()), zip.readAllBytes());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
