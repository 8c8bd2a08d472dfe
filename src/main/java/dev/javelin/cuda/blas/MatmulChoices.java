package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.DeviceProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Algorithms that tuning found fastest, kept in one text file for each card, driver and version of cuBLASLt. Confined
 * to one thread; other processes see whole files, and the last writer wins with what it has read plus its own.
 *
 * <pre>
 * bf16 m 8 n 4096 k 14336 elements set 000000000000001f...   (128 hexadecimal digits)
 * </pre>
 *
 * <p>A line that is none is skipped, an algorithm that does not fit is refused by the library; both are only slower.
 */
public final class MatmulChoices {
    private static final Logger LOG = LoggerFactory.getLogger(MatmulChoices.class);

    private final @Nullable Path file;
    private final Map<String, MatmulAlgorithm> choices = new TreeMap<>();

    private MatmulChoices(@Nullable Path file) {
        this.file = file;
        if (file != null) {
            readInto(choices, file);
        }
    }

    /** Reads what is kept in that folder for that device. */
    public static MatmulChoices in(Path folder, DeviceProperties device) {
        return in(folder, device, LtContext.version());
    }

    static MatmulChoices in(Path folder, DeviceProperties device, long libraryVersion) {
        String name = device.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-cublaslt-"
                + libraryVersion + "-driver-" + device.driverVersion() + ".txt";
        return new MatmulChoices(folder.resolve(name));
    }

    /** Keeps nothing beyond this object. */
    public static MatmulChoices none() {
        return new MatmulChoices(null);
    }

    Optional<MatmulAlgorithm> tryFind(boolean elementF16, MatmulShape shape) {
        return Optional.ofNullable(choices.get(key(elementF16, shape)));
    }

    void put(boolean elementF16, MatmulShape shape, MatmulAlgorithm algorithm) {
        choices.put(key(elementF16, shape), algorithm);
        if (file != null) {
            write(file);
        }
    }

    private void write(Path target) {
        Map<String, MatmulAlgorithm> merged = new TreeMap<>();
        readInto(merged, target);
        merged.putAll(choices);
        StringBuilder text = new StringBuilder();
        merged.forEach((key, algorithm) ->
                text.append(key).append(' ').append(algorithm.text()).append('\n'));
        try {
            Path folder = Files.createDirectories(target.toAbsolutePath().getParent());
            Path part = Files.createTempFile(folder, "matmuls", ".part");
            try {
                Files.writeString(part, text);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException refused) {
            LOG.warn(
                    "tuned products cannot be kept in {} ({}); the next start tunes again", target, refused.toString());
        }
    }

    private static void readInto(Map<String, MatmulAlgorithm> target, Path file) {
        try {
            new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> readLine(target, line));
        } catch (NoSuchFileException absent) {
            LOG.debug("{} is not there yet", file);
        } catch (IOException unreadable) {
            LOG.warn("{} cannot be read ({})", file, unreadable.toString());
        }
    }

    private static void readLine(Map<String, MatmulAlgorithm> target, String line) {
        int border = line.lastIndexOf(' ');
        if (border > 0) {
            MatmulAlgorithm.tryParse(line.substring(border + 1))
                    .ifPresent(algorithm -> target.put(line.substring(0, border), algorithm));
        }
    }

    private static String key(boolean elementF16, MatmulShape shape) {
        return (elementF16 ? "f16" : "bf16") + " m " + shape.m() + " n " + shape.n() + " k " + shape.k()
                + (shape.outF32() ? " f32" : " elements") + (shape.accumulate() ? " add" : " set");
    }
}
