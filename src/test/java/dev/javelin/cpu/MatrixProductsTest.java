package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.PackedNumbers;
import dev.javelin.model.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every kernel of a product against sums in double precision, over random shapes, odd ones too. */
class MatrixProductsTest {
    private static final long SEED = 11;

    @Test
    void everyFormatAndTokenCountIsWithinRounding() {
        Random random = new Random(SEED);
        try (WorkerPool pool = new WorkerPool(3);
                RawMemory memory = new RawMemory()) {
            for (WeightFormat format : WeightFormat.values()) {
                for (int tokens = 1; tokens <= 300; tokens += tokens < 20 ? 1 : 93) {
                    int columns = format.blockElements() == 1 ? 1 + random.nextInt(100) : 32 * (1 + random.nextInt(4));
                    compare(pool, memory, format, 1 + random.nextInt(77), columns, tokens, random);
                }
            }
        }
    }

    private static void compare(
            WorkerPool pool, RawMemory memory, WeightFormat format, int rows, int columns, int tokens, Random random) {
        String what = "seed " + SEED + ": " + format + " " + rows + " x " + columns + " by " + tokens;
        float[] values = normal(random, rows * columns);
        MemorySegment data = PackedNumbers.pack(values, columns, format);
        Matrix matrix = new Matrix(data.address(), rows, columns, format, format.rowBytes(columns));
        int stride = Lanes.padded(columns);
        int tile = TokenTiles.tileTokens(tokens);
        long x = memory.allocateFloats((long) stride * (tokens + tile));
        long tiles = memory.allocateFloats((long) stride * (tokens + tile));
        float[] activations = normal(random, columns * tokens);
        for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < columns; c++) {
                RawMemory.putFloat(x + ((long) t * stride + c) * Float.BYTES, activations[t * columns + c]);
            }
            if (MatrixProducts.usesTiles(tokens)) {
                TokenTiles.put(x + (long) t * stride * Float.BYTES, stride, t, tile, tiles);
            }
        }
        long y = memory.allocateFloats((long) tokens * rows);
        MatrixProducts products = new MatrixProducts(pool, memory, columns);
        products.multiply(Projection.of(matrix, y, rows), MatrixProducts.usesTiles(tokens) ? tiles : x, stride, tokens);
        for (int t = 0; t < tokens; t++) {
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                double magnitude = 0;
                for (int c = 0; c < columns; c++) {
                    double term = PackedNumbers.element(data, format, columns, r, c) * activations[t * columns + c];
                    sum += term;
                    magnitude += Math.abs(term);
                }
                // what is subtracted again in Q4 (8 * scale, or a minimum) rounds too: hence the factor
                double bound = 1e-6 + 16 * magnitude * Math.ulp(1f);
                float given = RawMemory.floatAt(y + ((long) t * rows + r) * Float.BYTES);
                assertEquals(sum, given, bound, what + ", row " + r + ", token " + t);
            }
        }
        assertTrue(data.byteSize() > 0, "stays reachable");
    }

    @Test
    void unpackingGivesWhatTheScalarTwinGives() {
        Random random = new Random(SEED);
        try (RawMemory memory = new RawMemory()) {
            long fast = memory.allocateFloats(1024);
            long slow = memory.allocateFloats(1024);
            for (WeightFormat format : WeightFormat.values()) {
                int columns = format.blockElements() == 1 ? 77 : 96;
                MemorySegment data = PackedNumbers.pack(normal(random, columns), columns, format);
                Unpacker.unpackRow(format, data.address(), columns, fast, 128);
                ScalarUnpacker.unpackRow(format, data.address(), columns, slow, 128);
                for (int i = 0; i < 1024; i++) {
                    long at = (long) i * Float.BYTES;
                    assertEquals(RawMemory.floatAt(slow + at), RawMemory.floatAt(fast + at), format + " " + i);
                }
                assertTrue(data.byteSize() > 0, "stays reachable");
            }
        }
    }

    @Test
    void halfPrecisionIsExactDownToTheSmallestNumber() {
        try (RawMemory memory = new RawMemory()) {
            long source = memory.allocate(1 << 17);
            long target = memory.allocateFloats(1 << 16);
            for (int bits = 0; bits < 1 << 16; bits++) {
                RawMemory.ALL.set(
                        java.lang.foreign.ValueLayout.JAVA_SHORT, source + (long) bits * Short.BYTES, (short) bits);
            }
            Unpacker.unpackRow(WeightFormat.F16, source, 1 << 16, target, Lanes.PAD * Float.BYTES);
            for (int bits = 0; bits < 1 << 16; bits++) {
                float exact = Float.float16ToFloat((short) bits);
                if (Float.isFinite(exact)) {
                    assertEquals(exact, RawMemory.floatAt(target + (long) bits * Float.BYTES));
                }
            }
        }
    }

    @Test
    void exponentialsAreWithinTwoUlps() {
        for (float x = -87; x < 88; x += 0.0137f) {
            assertEquals(1, FastExp.exp(x) / Math.exp(x), 3e-7, "x " + x);
        }
        assertEquals(0f, FastExp.exp(-1000f));
        assertEquals(Float.POSITIVE_INFINITY, FastExp.exp(1000f));
        assertTrue(Float.isNaN(FastExp.exp(Float.NaN)));
    }

    @Test
    void exponentialsOfVectorsAreThoseOfNumbers() {
        float[] x = new float[64 * Lanes.COUNT];
        for (int i = 0; i < x.length; i++) {
            x[i] = -95f + 190f * i / x.length;
        }
        x[3] = Float.NaN;
        x[4] = Float.NEGATIVE_INFINITY;
        x[5] = Float.POSITIVE_INFINITY;
        float[] exponentials = new float[x.length];
        LogitMath.weights(x, x.length, 0, 1, exponentials);
        for (int i = 0; i < x.length; i++) {
            assertEquals(FastExp.exp(x[i]), exponentials[i], "x " + x[i]);
        }
    }

    private static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
