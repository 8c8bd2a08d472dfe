package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class RotaryCacheGpuTest {
    private static final long ARENA_BYTES = 1L << 29;
    private static final int CONTEXT_TOKENS = 32_768;
    private static final int BLOCK_TOKENS = 16;
    private static final int SLOT_COUNT = 3;
    private static final int TABLE_STRIDE = CONTEXT_TOKENS / BLOCK_TOKENS;
    private static final float EPSILON = 1e-6f;
    private static final RotaryScaling LLAMA3 = new RotaryScaling.Llama3(8, 1, 4, 8192);

    @Test
    void turnsBothLayoutsWholeAndInPart() {
        for (RotaryLayout layout : RotaryLayout.values()) {
            check(shape(32, 8, 128), new RotarySpec(layout, 128, 500_000, LLAMA3), 40, false, false);
            check(shape(4, 4, 80), new RotarySpec(layout, 20, 10_000, new RotaryScaling.None()), 9, false, false);
            check(shape(6, 2, 96), new RotarySpec(layout, 96, 10_000, new RotaryScaling.Linear(4)), 17, false, false);
            check(shape(4, 1, 256), new RotarySpec(layout, 64, 1_000_000, new RotaryScaling.None()), 21, false, false);
        }
    }

    @Test
    void addsBiasAndNormalisesHeads() {
        RotarySpec rotary = new RotarySpec(RotaryLayout.HALVES, 128, 1_000_000, new RotaryScaling.None());
        check(shape(28, 4, 128), rotary, 30, true, false);
        check(shape(32, 8, 128), rotary, 30, false, true);
        check(shape(5, 1, 128), rotary, 1, true, true);
    }

    @Test
    void takesMoreTokensThanFitTheCardAtOnce() {
        RotarySpec rotary = new RotarySpec(RotaryLayout.HALVES, 64, 10_000, new RotaryScaling.None());
        check(shape(14, 2, 64), rotary, 7001, true, false);
    }

    private static AttentionShape shape(int headCount, int kvHeadCount, int headDim) {
        return new AttentionShape(headCount, kvHeadCount, headDim, 1, 0, BLOCK_TOKENS);
    }

    private static void check(
            AttentionShape shape, RotarySpec rotary, int tokenCount, boolean withBias, boolean withNorms) {
        for (ElementType type : ElementType.values()) {
            try (DeviceWork work = DeviceWork.open(ARENA_BYTES)) {
                new Case(work, type, shape, rotary, tokenCount, withBias, withNorms).run();
            }
        }
    }

    /** One launch with random numbers, and its slow twin. */
    private static final class Case {
        private final Random random = new Random(23);
        private final DeviceWork work;
        private final ElementType type;
        private final AttentionShape shape;
        private final RotarySpec rotary;
        private final int tokenCount;
        private final short[] qkv;
        private final short @Nullable [] bias;
        private final short @Nullable [] queryNorm;
        private final short @Nullable [] keyNorm;
        private final int[] slots;
        private final int[] positions;
        private final int[] tables = new int[SLOT_COUNT * TABLE_STRIDE];

        Case(
                DeviceWork work,
                ElementType type,
                AttentionShape shape,
                RotarySpec rotary,
                int tokenCount,
                boolean withBias,
                boolean withNorms) {
            this.work = work;
            this.type = type;
            this.shape = shape;
            this.rotary = rotary;
            this.tokenCount = tokenCount;
            qkv = normal(tokenCount * shape.qkvElements());
            bias = withBias ? normal(shape.qkvElements()) : null;
            queryNorm = withNorms ? normal(shape.headDim()) : null;
            keyNorm = withNorms ? normal(shape.headDim()) : null;
            slots = new int[tokenCount];
            positions = new int[tokenCount];
            Arrays.fill(tables, -1);
            for (int t = 0; t < tokenCount; t++) {
                slots[t] = t % 4 - 1;
                positions[t] = slots[t] < 0 ? -1 : CONTEXT_TOKENS - 1 - 4 * t % CONTEXT_TOKENS;
            }
        }

        void run() {
            int blockCount = assignBlocks();
            DeviceBuffer deviceQkv = work.upload(qkv);
            DeviceBuffer keys = work.poisoned((long) blockCount * shape.cacheBlockElements() * type.bytes());
            DeviceBuffer values = work.poisoned(keys.bytes());
            PagedCache cache = new PagedCache(keys, values, work.upload(tables), TABLE_STRIDE);
            HeadWeights weights = new HeadWeights(upload(bias), upload(queryNorm), upload(keyNorm), EPSILON);
            StepTokens tokens = new StepTokens(work.upload(slots), work.upload(positions), tokenCount);
            RotaryTurns turns = RotaryTurns.upload(
                    work.stream(), work.take(RotaryTurns.tableBytes(rotary, CONTEXT_TOKENS)), rotary, CONTEXT_TOKENS);
            try (RotaryCacheKernel kernel = new RotaryCacheKernel(work.compiler(), type, shape, turns)) {
                kernel.launch(work.stream(), deviceQkv, tokens, weights, cache);
            }
            check(work.download(deviceQkv), work.download(keys), work.download(values));
        }

        private int assignBlocks() {
            int next = 3;
            for (int t = 0; t < tokenCount; t++) {
                int entry = slots[t] * TABLE_STRIDE + positions[t] / BLOCK_TOKENS;
                if (slots[t] >= 0 && tables[entry] < 0) {
                    tables[entry] = next++;
                }
            }
            return next + 1;
        }

        private void check(short[] newQkv, short[] keys, short[] values) {
            int heads = shape.headCount() + 2 * shape.kvHeadCount();
            int written = 0;
            for (int t = 0; t < tokenCount; t++) {
                for (int head = 0; head < heads; head++) {
                    int from = t * shape.qkvElements() + head * shape.headDim();
                    boolean isQuery = head < shape.headCount();
                    if (slots[t] < 0 || !isQuery) {
                        int end = from + shape.headDim();
                        assertTrue(Arrays.equals(qkv, from, end, newQkv, from, end), "token " + t + " of qkv stays");
                    }
                    if (slots[t] < 0) {
                        continue;
                    }
                    boolean isKey = !isQuery && head < shape.headCount() + shape.kvHeadCount();
                    short[] actual = isQuery ? newQkv : isKey ? keys : values;
                    int at = isQuery ? from : place(t, (head - shape.headCount()) % shape.kvHeadCount());
                    double error =
                            ElementBits.relativeError(type, actual, at, expected(t, head, isQuery, isQuery || isKey));
                    assertTrue(
                            error < ElementBits.unitRoundoff(type) * 0.7,
                            () -> type + ", " + shape + ", " + rotary + ": off by " + error);
                    written += isKey ? shape.headDim() : 0;
                }
            }
            assertEquals(written, count(keys), "written keys");
            assertEquals(written, count(values), "written values");
        }

        private double[] expected(int token, int head, boolean isQuery, boolean isTurned) {
            double[] x = new double[shape.headDim()];
            double squares = 0;
            for (int d = 0; d < x.length; d++) {
                int element = head * shape.headDim() + d;
                x[d] = value(qkv, token * shape.qkvElements() + element) + (bias == null ? 0 : value(bias, element));
                squares += x[d] * x[d];
            }
            if (!isTurned) {
                return x;
            }
            short[] norm = isQuery ? queryNorm : keyNorm;
            for (int d = 0; d < x.length && norm != null; d++) {
                x[d] *= value(norm, d) / Math.sqrt(squares / x.length + EPSILON);
            }
            double[] frequencies = rotary.inverseFrequencies();
            for (int i = 0; i < frequencies.length; i++) {
                int a = rotary.layout() == RotaryLayout.HALVES ? i : 2 * i;
                int b = rotary.layout() == RotaryLayout.HALVES ? i + frequencies.length : 2 * i + 1;
                double cosine = Math.cos(positions[token] * frequencies[i]);
                double sine = Math.sin(positions[token] * frequencies[i]);
                double first = x[a];
                x[a] = first * cosine - x[b] * sine;
                x[b] = x[b] * cosine + first * sine;
            }
            return x;
        }

        private int place(int token, int kvHead) {
            int block = tables[slots[token] * TABLE_STRIDE + positions[token] / BLOCK_TOKENS];
            return ((block * shape.kvHeadCount() + kvHead) * BLOCK_TOKENS + positions[token] % BLOCK_TOKENS)
                    * shape.headDim();
        }

        private double value(short[] elements, int at) {
            return ElementBits.value(type, elements[at]);
        }

        private @Nullable DeviceBuffer upload(short @Nullable [] elements) {
            return elements == null ? null : work.upload(elements);
        }

        private short[] normal(int count) {
            short[] elements = new short[count];
            for (int i = 0; i < count; i++) {
                elements[i] = ElementBits.of(type, (float) random.nextGaussian());
            }
            return elements;
        }

        private static int count(short[] cells) {
            int count = 0;
            for (short cell : cells) {
                count += cell == ElementBits.POISON ? 0 : 1;
            }
            return count;
        }
    }
}
