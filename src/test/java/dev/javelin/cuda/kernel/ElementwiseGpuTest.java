package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class ElementwiseGpuTest {
    private static final long ARENA_BYTES = 1L << 29;
    private static final float EPSILON = 1e-5f;

    @Test
    void normsRows() {
        for (int hidden : new int[] {64, 576, 4096, 5000, 16_384}) {
            for (NormKernel.Kind kind : NormKernel.Kind.values()) {
                withDevice((work, random) -> checkNorm(work, random, kind, hidden, 37));
            }
        }
    }

    @Test
    void addsAndNormsManyRows() {
        withDevice((work, random) -> checkNorm(work, random, NormKernel.Kind.RMS, 2048, 3001));
    }

    @Test
    void embedsTokensAndLeavesPaddingZero() {
        withDevice((work, random) -> {
            int hidden = 576;
            RandomOperand table = random.make(203L * hidden, 1);
            int[] ids = {0, 202, -1, 7, 7, -1, 100};
            for (float scale : new float[] {1, 8.5f}) {
                DeviceBuffer x =
                        work.poisoned((long) ids.length * hidden * random.type().bytes());
                try (EmbeddingKernel kernel = new EmbeddingKernel(work.compiler(), random.type(), hidden)) {
                    kernel.embed(work.stream(), work.upload(ids), table.buffer(), x, ids.length, scale);
                }
                short[] expected = new short[ids.length * hidden];
                for (int i = 0; i < expected.length; i++) {
                    int id = ids[i / hidden];
                    float value = id < 0 ? 0 : (float) table.value((long) id * hidden + i % hidden) * scale;
                    expected[i] = ElementBits.of(random.type(), value);
                }
                assertArrayEquals(expected, work.download(x));
            }
        });
    }

    @Test
    void activates() {
        for (Activation activation : Activation.values()) {
            for (int width : new int[] {96, 1536, 14_336}) {
                withDevice((work, random) -> checkActivation(work, random, activation, width, 41));
            }
        }
    }

    @Test
    void gathersAndAddsRows() {
        withDevice((work, random) -> {
            int width = 1096;
            int[] indices = {6, -1, 0, 6, 3};
            RandomOperand x = random.make(7L * width, 1);
            RandomOperand more = random.make((long) indices.length * width, 2);
            DeviceBuffer out = work.poisoned(more.buffer().bytes());
            try (RowsKernel kernel = new RowsKernel(work.compiler(), random.type())) {
                kernel.gather(work.stream(), x.buffer(), work.upload(indices), out, indices.length, width);
                kernel.add(work.stream(), out, more.buffer(), out, (long) indices.length * width);
            }
            short[] expected = new short[indices.length * width];
            for (int i = 0; i < expected.length; i++) {
                int row = indices[i / width];
                double gathered = row < 0 ? 0 : x.value((long) row * width + i % width);
                expected[i] = ElementBits.of(random.type(), (float) gathered + (float) more.value(i));
            }
            assertArrayEquals(expected, work.download(out));
        });
    }

    private static void checkNorm(DeviceWork work, Randoms random, NormKernel.Kind kind, int hidden, int rows) {
        RandomOperand x = random.make((long) rows * hidden, 1);
        RandomOperand delta = random.make((long) rows * hidden, 2);
        RandomOperand weight = random.make(hidden, 3);
        RandomOperand bias = random.make(hidden, 4);
        boolean isLayer = kind == NormKernel.Kind.LAYER;
        DeviceBuffer deviceBias = isLayer ? bias.buffer() : new DeviceBuffer(0, 0);
        NormParameters parameters = new NormParameters(weight.buffer(), deviceBias, EPSILON, isLayer ? 0 : 1);
        DeviceBuffer out = work.poisoned(x.buffer().bytes());
        NormTwin twin = new NormTwin(random.type(), kind, parameters, weight, bias);
        int[] indices = {rows - 1, -1, 0, 1};
        try (NormKernel kernel = new NormKernel(work.compiler(), random.type(), kind, hidden)) {
            kernel.norm(work.stream(), x.buffer(), parameters, out, rows);
            short[] normed = work.download(out);
            for (int row = 0; row < rows; row++) {
                twin.check(normed, row, x.values((long) row * hidden, hidden));
            }
            work.poison(out);
            kernel.normRows(work.stream(), x.buffer(), work.upload(indices), parameters, out, indices.length);
            short[] gathered = work.download(out);
            for (int row = 0; row < indices.length; row++) {
                for (int i = 0; i < hidden; i++) {
                    short expected = indices[row] < 0 ? 0 : normed[indices[row] * hidden + i];
                    assertEquals(expected, gathered[row * hidden + i], "gathered row");
                }
            }
            kernel.addNorm(work.stream(), x.buffer(), delta.buffer(), parameters, out, rows);
            short[] sums = work.download(x.buffer());
            normed = work.download(out);
            for (int row = 0; row < rows; row++) {
                twin.check(normed, row, checkedSums(random.type(), sums, row, x, delta, hidden));
            }
        }
    }

    private static double[] checkedSums(
            ElementType type, short[] sums, int row, RandomOperand x, RandomOperand delta, int hidden) {
        double[] values = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            int at = row * hidden + i;
            short expected = ElementBits.of(type, (float) x.value(at) + (float) delta.value(at));
            assertEquals(expected, sums[at], "residual");
            values[i] = ElementBits.value(type, expected);
        }
        return values;
    }

    private static void checkActivation(DeviceWork work, Randoms random, Activation activation, int width, int tokens) {
        RandomOperand gateUp = random.make(2L * tokens * width, 1);
        DeviceBuffer out = work.poisoned(gateUp.buffer().bytes() / 2);
        double[] gated = new double[tokens * width];
        double[] plain = new double[2 * tokens * width];
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < width; i++) {
                long gate = 2L * t * width + i;
                gated[t * width + i] = Activations.of(activation, gateUp.value(gate)) * gateUp.value(gate + width);
            }
        }
        for (int i = 0; i < plain.length; i++) {
            plain[i] = Activations.of(activation, gateUp.value(i));
        }
        try (ActivationKernel kernel = new ActivationKernel(work.compiler(), random.type(), activation, width)) {
            kernel.gated(work.stream(), gateUp.buffer(), out, tokens);
            kernel.plain(work.stream(), gateUp.buffer(), gateUp.buffer(), 2 * tokens);
        }
        double tolerance = 0.7 * ElementBits.unitRoundoff(random.type());
        double error = ElementBits.relativeError(random.type(), work.download(out), 0, gated);
        assertTrue(error < tolerance, () -> activation + " gated: off by " + error);
        double plainError = ElementBits.relativeError(random.type(), work.download(gateUp.buffer()), 0, plain);
        assertTrue(plainError < tolerance, () -> activation + " in place: off by " + plainError);
    }

    private static void withDevice(BiConsumer<DeviceWork, Randoms> test) {
        for (ElementType type : ElementType.values()) {
            try (DeviceWork work = DeviceWork.open(ARENA_BYTES);
                    RandomFillKernel fill = new RandomFillKernel(work.compiler(), type)) {
                test.accept(work, new Randoms(work, fill, type));
            }
        }
    }

    /** Makes operands; each seed gives other numbers. */
    private record Randoms(DeviceWork work, RandomFillKernel fill, ElementType type) {
        RandomOperand make(long count, long seed) {
            return RandomOperand.of(work, fill, type, count, 1, seed);
        }
    }

    /** The slow twin of the norm kernels. */
    private record NormTwin(
            ElementType type,
            NormKernel.Kind kind,
            NormParameters parameters,
            RandomOperand weight,
            RandomOperand bias) {

        void check(short[] normed, int row, double[] x) {
            boolean isLayer = kind == NormKernel.Kind.LAYER;
            double mean = 0;
            for (double value : x) {
                mean += isLayer ? value / x.length : 0;
            }
            double squares = 0;
            for (double value : x) {
                squares += (value - mean) * (value - mean);
            }
            double scale = 1 / Math.sqrt(squares / x.length + EPSILON);
            double[] expected = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                expected[i] = (x[i] - mean) * scale * (weight.value(i) + parameters.weightOffset())
                        + (isLayer ? bias.value(i) : 0);
            }
            double error = ElementBits.relativeError(type, normed, row * x.length, expected);
            assertTrue(
                    error < 0.7 * ElementBits.unitRoundoff(type),
                    () -> kind + " of " + x.length + ", row " + row + ": off by " + error);
        }
    }
}
