package dev.javelin.model.architecture;

import dev.javelin.model.LoadedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * A tiny model and the logits that it must give, from {@code src/test/resources/golden/models} (see the README beside).
 * The caller closes it, and with it the model.
 *
 * @param name of {@link #NAMES}
 * @param model mapped from an unpacked copy
 * @param tokens the prompt
 * @param logits {@code [tokens][vocabulary]}: row i is what the model gives after token i
 */
public record GoldenModel(String name, LoadedModel model, int[] tokens, float[][] logits) implements AutoCloseable {
    /** Every variant. */
    public static final List<String> NAMES =
            List.of("mha", "gqa", "gqa-q4_0", "gqa-q4_1", "gqa-q8_0", "linear", "llama3", "qwen2", "qwen3");

    /**
     * Unpacks a variant and opens it.
     *
     * @param folder where the file goes; must outlive the model
     */
    public static GoldenModel open(String name, Path folder) {
        ByteBuffer golden = ByteBuffer.wrap(unpacked(name + ".logits.gz")).order(ByteOrder.LITTLE_ENDIAN);
        return of(name, GgufModels.open(unpack(name, folder)), golden);
    }

    /**
     * A model with its golden file.
     *
     * @param golden counts of tokens and vocabulary, tokens, logits
     */
    static GoldenModel of(String name, LoadedModel model, ByteBuffer golden) {
        int[] tokens = new int[golden.getInt()];
        float[][] logits = new float[tokens.length][golden.getInt()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = golden.getInt();
        }
        for (float[] row : logits) {
            for (int i = 0; i < row.length; i++) {
                row[i] = golden.getFloat();
            }
        }
        return new GoldenModel(name, model, tokens, logits);
    }

    /** Unpacks a variant's GGUF file into a folder. */
    public static Path unpack(String name, Path folder) {
        try {
            return Files.write(folder.resolve(name + ".gguf"), unpacked(name + ".gguf.gz"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The largest magnitude of any logit: what errors are measured by. */
    public float largestLogit() {
        float largest = 0;
        for (float[] row : logits) {
            for (float logit : row) {
                largest = Math.max(largest, Math.abs(logit));
            }
        }
        return largest;
    }

    @Override
    public void close() {
        model.close();
    }

    private static byte[] unpacked(String file) {
        String path = "/golden/models/" + file;
        try (InputStream in = Objects.requireNonNull(GoldenModel.class.getResourceAsStream(path), path);
                GZIPInputStream unzipped = new GZIPInputStream(in)) {
            return unzipped.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
