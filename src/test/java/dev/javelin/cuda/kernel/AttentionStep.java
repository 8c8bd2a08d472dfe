package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A random step on the device, and its attention computed slowly, in double precision. What a kernel must not read is
 * NaN (the cache past a row's end) or -1 (block tables). Confined to one thread.
 */
final class AttentionStep {
    /** Weights and result are rounded to the element, each by about half a unit. */
    private static final double ROUNDINGS = 1.6;

    private static final float SCORES_CLOSE = 1.5f;
    private static final float SCORES_FAR_APART = 12;

    /** A row of a step; slot -1 is padding. */
    record Row(int slot, int tokenCount, int lengthTokens) {}

    private final DeviceWork work;
    private final ElementType type;
    private final AttentionShape shape;
    private final List<Row> rows;
    private final Random random;
    private final int tableStride;
    private final int[] tables;
    private final short[] qkv;
    private final short[] keys;
    private final short[] values;
    private final DeviceBuffer deviceQkv;
    private final DeviceBuffer attended;
    private final PagedCache cache;
    private final Spans spans;

    AttentionStep(DeviceWork work, ElementType type, AttentionShape shape, List<Row> rows, long seed) {
        this.work = work;
        this.type = type;
        this.shape = shape;
        this.rows = rows;
        random = new Random(seed);
        int slotCount = 1 + rows.stream().mapToInt(Row::slot).max().orElse(0);
        tableStride = 3 + blocks(rows.stream().mapToInt(Row::lengthTokens).max().orElse(0));
        tables = new int[Math.max(1, slotCount) * tableStride];
        java.util.Arrays.fill(tables, -1);
        int tokenCount = rows.stream().mapToInt(Row::tokenCount).sum();
        qkv = new short[tokenCount * shape.qkvElements()];
        for (int i = 0; i < qkv.length; i++) {
            // Every other head has scores so far apart that the largest grows much along the way.
            qkv[i] = normal(i / shape.headDim() % 2 == 0 ? SCORES_CLOSE : SCORES_FAR_APART);
        }
        int blockCount =
                5 + rows.stream().mapToInt(row -> blocks(row.lengthTokens())).sum();
        keys = poisoned(blockCount);
        values = poisoned(blockCount);
        fillCache(blockCount);
        deviceQkv = work.upload(qkv);
        attended = work.poisoned((long) tokenCount * shape.attendedElements() * type.bytes());
        cache = new PagedCache(work.upload(keys), work.upload(values), work.upload(tables), tableStride);
        spans = spans();
    }

    DeviceBuffer qkv() {
        return deviceQkv;
    }

    DeviceBuffer attended() {
        return attended;
    }

    PagedCache cache() {
        return cache;
    }

    Spans spansOfStep() {
        return spans;
    }

    /** Rows and first tokens of tiles of so many tokens, the last first, and one of padding. */
    int[] tiles(int tileTokens) {
        List<Integer> tiles = new ArrayList<>(List.of(-1, 0));
        for (int row = 0; row < rows.size(); row++) {
            for (int first = (rows.get(row).tokenCount() - 1) / tileTokens * tileTokens;
                    first >= 0;
                    first -= tileTokens) {
                tiles.add(row);
                tiles.add(first);
            }
        }
        return tiles.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Compares every {@code everyToken}-th token, and each row's last; padding must be untouched. */
    void check(String name, int everyToken) {
        short[] actual = work.download(attended);
        int token = 0;
        for (Row row : rows) {
            for (int i = 0; i < row.tokenCount(); i++, token++) {
                if (i % everyToken == 0 || i == row.tokenCount() - 1) {
                    checkToken(name, actual, row, token, row.lengthTokens() - row.tokenCount() + i);
                }
            }
        }
    }

    private void checkToken(String name, short[] actual, Row row, int token, int position) {
        for (int head = 0; head < shape.headCount(); head++) {
            int from = token * shape.attendedElements() + head * shape.headDim();
            String what = name + ", " + type + ", " + shape + ": token " + token + " at " + position + ", head " + head;
            if (row.slot() < 0 || row.lengthTokens() == 0) {
                for (int d = 0; d < shape.headDim(); d++) {
                    assertTrue(actual[from + d] == ElementBits.POISON, what + " is padding and was written");
                }
                continue;
            }
            double error = ElementBits.relativeError(type, actual, from, attend(row, token, position, head));
            assertTrue(error < ROUNDINGS * ElementBits.unitRoundoff(type), () -> what + " is off by " + error);
        }
    }

    /** The slow twin of both kernels. */
    private double[] attend(Row row, int token, int position, int head) {
        int kvHead = head / (shape.headCount() / shape.kvHeadCount());
        int first = firstSeen(position);
        double[] weights = new double[position - first + 1];
        double most = Double.NEGATIVE_INFINITY;
        for (int p = first; p <= position; p++) {
            double score = 0;
            int query = token * shape.qkvElements() + head * shape.headDim();
            int key = place(row, p, kvHead);
            for (int d = 0; d < shape.headDim(); d++) {
                score += (double) ElementBits.value(type, qkv[query + d]) * ElementBits.value(type, keys[key + d]);
            }
            weights[p - first] = score * shape.scale();
            most = Math.max(most, weights[p - first]);
        }
        double total = 0;
        double[] sums = new double[shape.headDim()];
        for (int p = first; p <= position; p++) {
            double weight = Math.exp(weights[p - first] - most);
            int value = place(row, p, kvHead);
            total += weight;
            for (int d = 0; d < shape.headDim(); d++) {
                sums[d] += weight * ElementBits.value(type, values[value + d]);
            }
        }
        for (int d = 0; d < shape.headDim(); d++) {
            sums[d] /= total;
        }
        return sums;
    }

    private int firstSeen(int position) {
        return shape.windowTokens() > 0 ? Math.max(0, position - shape.windowTokens() + 1) : 0;
    }

    private int place(Row row, int position, int kvHead) {
        int block = tables[row.slot() * tableStride + position / shape.blockTokens()];
        return ((block * shape.kvHeadCount() + kvHead) * shape.blockTokens() + position % shape.blockTokens())
                * shape.headDim();
    }

    private void fillCache(int blockCount) {
        List<Integer> free = new ArrayList<>();
        for (int block = 0; block < blockCount; block++) {
            free.add(block);
        }
        Collections.shuffle(free, random);
        for (Row row : rows) {
            if (row.slot() < 0) {
                continue;
            }
            int firstBlock = firstSeen(row.lengthTokens() - row.tokenCount()) / shape.blockTokens();
            for (int b = firstBlock; b < blocks(row.lengthTokens()); b++) {
                tables[row.slot() * tableStride + b] = free.removeLast();
            }
            for (int p = firstBlock * shape.blockTokens(); p < row.lengthTokens(); p++) {
                for (int head = 0; head < shape.kvHeadCount(); head++) {
                    int place = place(row, p, head);
                    for (int d = 0; d < shape.headDim(); d++) {
                        keys[place + d] = normal(1);
                        values[place + d] = normal(1);
                    }
                }
            }
        }
    }

    private Spans spans() {
        int[] slots = rows.stream().mapToInt(Row::slot).toArray();
        int[] tokens = rows.stream().mapToInt(Row::tokenCount).toArray();
        int[] lengths = rows.stream().mapToInt(Row::lengthTokens).toArray();
        int[] firsts = new int[rows.size()];
        for (int row = 1; row < firsts.length; row++) {
            firsts[row] = firsts[row - 1] + tokens[row - 1];
        }
        return new Spans(
                work.upload(slots), work.upload(firsts), work.upload(tokens), work.upload(lengths), rows.size());
    }

    private short normal(float deviation) {
        return ElementBits.of(type, (float) random.nextGaussian() * deviation);
    }

    private short[] poisoned(int blockCount) {
        short[] cells = new short[blockCount * shape.cacheBlockElements()];
        java.util.Arrays.fill(cells, ElementBits.POISON);
        return cells;
    }

    private int blocks(int tokens) {
        return Math.ceilDiv(tokens, shape.blockTokens());
    }
}
