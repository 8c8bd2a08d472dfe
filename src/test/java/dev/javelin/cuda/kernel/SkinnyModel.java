package dev.javelin.cuda.kernel;

import dev.javelin.cuda.blas.MatmulPlan;
import dev.javelin.cuda.blas.MatmulShape;
import dev.javelin.cuda.blas.Matmuls;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The matrices of Llama 3.1 8B with random numbers, and what a decode step multiplies, without attention. Confined to
 * the benchmark's thread.
 */
final class SkinnyModel {
    static final List<String> NAMES = List.of("qkv", "o", "gateUp", "down", "head");

    /** Weights of 32 layers and the head, 15.0 GB, and some room for what passes through. */
    static final long ARENA_BYTES = 17L << 30;

    private static final int LAYERS = 32;
    private static final int HIDDEN = 4096;
    private static final int INTERMEDIATE = 14_336;
    private static final int MAX_ROWS = 64;
    private static final float EPSILON = 1e-5f;
    private static final Duration TUNING_LIMIT = Duration.ofSeconds(1);

    private final DeviceWork work;
    private final ElementType type;
    private final Map<String, SkinnyShape> shapes = new LinkedHashMap<>();
    private final Map<String, List<DeviceBuffer>> weights = new LinkedHashMap<>();
    private final NormParameters norm;
    private final DeviceBuffer residual;
    private final DeviceBuffer normed;
    private final DeviceBuffer wide;
    private final DeviceBuffer activated;
    private final DeviceBuffer logits;
    private final DeviceBuffer workspace;

    private SkinnyModel(DeviceWork work, ElementType type, RandomFillKernel fill) {
        this.work = work;
        this.type = type;
        shapes.put("qkv", SkinnyShape.elements(6144, HIDDEN));
        shapes.put("o", SkinnyShape.residual(HIDDEN, HIDDEN));
        shapes.put("gateUp", SkinnyShape.gated(INTERMEDIATE, HIDDEN, Activation.SILU));
        shapes.put("down", SkinnyShape.residual(HIDDEN, INTERMEDIATE));
        shapes.put("head", SkinnyShape.floats(128_256, HIDDEN));
        shapes.forEach((name, shape) -> weights.put(name, matrices(fill, shape, name.equals("head") ? 1 : LAYERS)));
        norm = NormParameters.rms(random(fill, HIDDEN, 1), EPSILON);
        residual = random(fill, (long) MAX_ROWS * HIDDEN, 1);
        normed = random(fill, (long) MAX_ROWS * HIDDEN, 1);
        wide = random(fill, 2L * MAX_ROWS * INTERMEDIATE, 1);
        activated = random(fill, (long) MAX_ROWS * INTERMEDIATE, 1);
        logits = work.take((long) MAX_ROWS * 128_256 * Float.BYTES);
        workspace = work.take(SkinnyGemm.workspaceBytes(work.device().properties()));
    }

    static SkinnyModel make(DeviceWork work, ElementType type) {
        try (RandomFillKernel fill = new RandomFillKernel(work.compiler(), type)) {
            SkinnyModel model = new SkinnyModel(work, type, fill);
            work.stream().synchronize();
            return model;
        }
    }

    private List<DeviceBuffer> matrices(RandomFillKernel fill, SkinnyShape shape, int count) {
        List<DeviceBuffer> matrices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float deviation = (float) (0.5 / Math.sqrt(shape.inputs()));
            matrices.add(random(fill, (long) shape.weightRows() * shape.inputs(), deviation));
        }
        return matrices;
    }

    private DeviceBuffer random(RandomFillKernel fill, long count, float deviation) {
        return RandomOperand.of(work, fill, type, count, deviation, count).buffer();
    }

    /** Bytes of all matrices that a product's run reads. */
    double bytes(String name) {
        return (double) shape(name).weightBytes() * matricesOf(name).size();
    }

    double chainBytes() {
        return NAMES.stream().mapToDouble(this::bytes).sum();
    }

    private SkinnyShape shape(String name) {
        return required(shapes, name);
    }

    private List<DeviceBuffer> matricesOf(String name) {
        return required(weights, name);
    }

    private static <T> T required(Map<String, T> map, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no product " + name);
        }
        return value;
    }

    /** Where a product reads: attention is left out, so the residual stands for its output. */
    private DeviceBuffer input(String name) {
        return name.equals("down") ? activated : normed;
    }

    private DeviceBuffer output(String name, boolean isGated) {
        return switch (name) {
            case "o", "down" -> residual;
            case "head" -> logits;
            case "gateUp" -> isGated ? activated : wide;
            default -> wide;
        };
    }

    /** Our products for that many rows. */
    Ours ours(SkinnyTuning tuning, int rows, long aheadBytes) {
        return new Ours(tuning, rows, aheadBytes);
    }

    /** The library's products, tuned, with the separate kernels that they need. */
    Library library(Matmuls matmuls, int rows) {
        return new Library(matmuls, rows);
    }

    /** Our products. */
    final class Ours implements AutoCloseable {
        private final int rows;
        private final Map<String, SkinnyProduct> products = new LinkedHashMap<>();
        private final NormKernel normKernel = new NormKernel(work.compiler(), type, NormKernel.Kind.RMS, HIDDEN);
        private final CudaStream stream = work.stream();

        private Ours(SkinnyTuning tuning, int rows, long aheadBytes) {
            this.rows = rows;
            DeviceProperties device = work.device().properties();
            SkinnyGemm gemm = new SkinnyGemm(work.compiler(), type, device, workspace, stream, tuning);
            boolean isNormed = rows <= SkinnyGemm.maxNormedRows(device, HIDDEN);
            shapes.forEach((name, shape) -> {
                boolean takesNorm = !name.equals("o") && !name.equals("down");
                products.put(name, gemm.product(isNormed && takesNorm ? shape.normed() : shape, rows, aheadBytes));
            });
        }

        /** One product over all layers. */
        Runnable product(String name) {
            return () -> matricesOf(name).forEach(matrix -> enqueue(name, matrix));
        }

        /** A decode step without attention. */
        void chain() {
            for (int layer = 0; layer < LAYERS; layer++) {
                for (String name : NAMES.subList(0, NAMES.size() - 1)) {
                    normAndEnqueue(name, matricesOf(name).get(layer));
                }
            }
            normAndEnqueue("head", matricesOf("head").getFirst());
        }

        private void normAndEnqueue(String name, DeviceBuffer matrix) {
            boolean takesNorm = !name.equals("o") && !name.equals("down");
            if (takesNorm && !required(products, name).shape().normedInput()) {
                normKernel.norm(stream, residual, norm, normed, rows);
            }
            enqueue(name, matrix);
        }

        private void enqueue(String name, DeviceBuffer matrix) {
            SkinnyProduct product = required(products, name);
            if (product.shape().normedInput()) {
                product.launchNormed(stream, SkinnyInput.of(residual, norm), matrix, output(name, true), rows);
            } else {
                product.launch(stream, input(name), matrix, output(name, true), rows);
            }
        }

        @Override
        public void close() {
            stream.synchronize();
            products.values().forEach(SkinnyProduct::close);
            normKernel.close();
        }
    }

    /** The library's products. */
    final class Library implements AutoCloseable {
        private final int rows;
        private final Matmuls matmuls;
        private final Map<String, MatmulPlan> plans = new LinkedHashMap<>();
        private final CudaStream stream = work.stream();
        private final NormKernel normKernel = new NormKernel(work.compiler(), type, NormKernel.Kind.RMS, HIDDEN);
        private final ActivationKernel activation =
                new ActivationKernel(work.compiler(), type, Activation.SILU, INTERMEDIATE);

        private Library(Matmuls matmuls, int rows) {
            this.matmuls = matmuls;
            this.rows = rows;
            shapes.forEach((name, shape) -> {
                MatmulShape plain = MatmulShape.of(rows, shape.weightRows(), shape.inputs());
                MatmulShape wanted = switch (name) {
                    case "o", "down" -> plain.accumulating();
                    case "head" -> plain.toF32();
                    default -> plain;
                };
                plans.put(
                        name,
                        matmuls.tune(stream, wanted, input(name), matricesOf(name), output(name, false), TUNING_LIMIT));
            });
        }

        /** One product over all layers. */
        Runnable product(String name) {
            return () -> matricesOf(name).forEach(matrix -> enqueue(name, matrix));
        }

        void chain() {
            for (int layer = 0; layer < LAYERS; layer++) {
                normKernel.norm(stream, residual, norm, normed, rows);
                enqueue("qkv", matricesOf("qkv").get(layer));
                enqueue("o", matricesOf("o").get(layer));
                normKernel.norm(stream, residual, norm, normed, rows);
                enqueue("gateUp", matricesOf("gateUp").get(layer));
                activation.gated(stream, wide, activated, rows);
                enqueue("down", matricesOf("down").get(layer));
            }
            normKernel.norm(stream, residual, norm, normed, rows);
            enqueue("head", matricesOf("head").getFirst());
        }

        private void enqueue(String name, DeviceBuffer matrix) {
            matmuls.run(stream, required(plans, name), input(name), matrix, output(name, false));
        }

        @Override
        public void close() {
            stream.synchronize();
            normKernel.close();
            activation.close();
        }
    }
}
