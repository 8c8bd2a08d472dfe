package dev.javelin.cuda.kernel;

import dev.javelin.cuda.blas.CardCeilings;
import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.CubinCache;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.WeightContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How fast attention is, as a share of what the card can do. Arguments: query heads, key heads, head elements (32 8
 * 128). Prefill counts the products of causal pairs against the measured bf16 product; decode and rotary count bytes
 * that must be moved against the measured read.
 *
 * <p>Decode reads another layer's cache in every launch, more of them than L2 holds; all launches of a round are one
 * graph, as in a step.
 */
final class AttentionSpeed {
    private static final ElementType TYPE = ElementType.BF16;
    private static final int BLOCK_TOKENS = 16;
    private static final long ARENA_BYTES = 24L << 30;
    private static final int MOST_LAYERS = 48;
    private static final int ROUNDS = 15;

    private final DeviceWork work;
    private final DeviceProperties device;
    private final AttentionShape shape;
    private final CardCeilings ceilings;
    private final DeviceBuffer pool;
    private long poolUsedBytes;

    private AttentionSpeed(DeviceWork work, AttentionShape shape, CardCeilings ceilings) {
        this.work = work;
        this.shape = shape;
        this.ceilings = ceilings;
        device = work.device().properties();
        pool = work.take(ARENA_BYTES - (1L << 30));
        try (RandomFillKernel random = new RandomFillKernel(work.compiler(), TYPE)) {
            random.launch(work.stream(), pool, new WeightContent.Random(7, 0, 1));
            work.stream().synchronize();
        }
    }

    public static void main(String[] arguments) {
        int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        int headDim = numbers.length == 3 ? numbers[2] : 128;
        AttentionShape shape = new AttentionShape(
                numbers.length == 3 ? numbers[0] : 32,
                numbers.length == 3 ? numbers[1] : 8,
                headDim,
                (float) (1 / Math.sqrt(headDim)),
                0,
                BLOCK_TOKENS);
        CardCeilings ceilings = measureCeilings();
        System.out.printf(
                "%s; read %.0f GB/s, bf16 product %.0f TFLOP/s%n",
                shape, ceilings.readBytesPerSecond() / 1e9, ceilings.gemmFlopsPerSecond() / 1e12);
        try (DeviceWork work = DeviceWork.open(ARENA_BYTES)) {
            AttentionSpeed speed = new AttentionSpeed(work, shape, ceilings);
            System.out.println(work.device().properties().name());
            speed.prefills();
            speed.decodes();
            speed.rotaries();
        }
    }

    private static CardCeilings measureCeilings() {
        try (CudaDevice device = CudaDevice.open(0)) {
            return CardCeilings.measure(
                    device, new KernelCompiler(device.properties().arch(), CubinCache.none()));
        }
    }

    private void prefills() {
        try (PrefillAttentionKernel kernel = new PrefillAttentionKernel(work.compiler(), device, TYPE, shape)) {
            prefill(kernel, "prompt of 512", 1, 512, 512);
            prefill(kernel, "prompt of 2048", 1, 2048, 2048);
            prefill(kernel, "prompt of 8192", 1, 8192, 8192);
            prefill(kernel, "512 tokens at 8192", 1, 512, 8192);
            prefill(kernel, "2048 tokens at 8192", 1, 2048, 8192);
            prefill(kernel, "64 prompts of 128", 64, 128, 128);
            prefill(kernel, "64 drafts of 5 at 1024", 64, 5, 1024);
        }
    }

    private void prefill(PrefillAttentionKernel kernel, String name, int rowCount, int tokens, int length) {
        poolUsedBytes = 0;
        int[] tokenCounts = IntStream.range(0, rowCount).map(row -> tokens).toArray();
        int[] lengths = IntStream.range(0, rowCount).map(row -> length).toArray();
        Batch batch = new Batch(tokenCounts, lengths);
        PagedCache cache = batch.cache();
        List<Integer> tiles = new ArrayList<>();
        for (int first = (tokens - 1) / kernel.tileTokens() * kernel.tileTokens();
                first >= 0;
                first -= kernel.tileTokens()) {
            for (int row = 0; row < rowCount; row++) {
                tiles.addAll(List.of(row, first));
            }
        }
        DeviceBuffer list = ints(tiles.stream().mapToInt(Integer::intValue).toArray());
        double seconds = medianSeconds(
                8,
                launch -> kernel.launch(
                        work.stream(), batch.qkv, cache, batch.spans, list, tiles.size() / 2, batch.attended));
        double pairs = rowCount * (tokens * (double) length - tokens * (tokens - 1.0) / 2);
        double rate = 4 * pairs * shape.attendedElements() / seconds;
        System.out.printf(
                "prefill %-26s %9.1f us  %6.0f TFLOP/s  %4.0f %%%n",
                name, seconds * 1e6, rate / 1e12, 100 * rate / ceilings.gemmFlopsPerSecond());
    }

    private void decodes() {
        try (DecodeAttentionKernel kernel = new DecodeAttentionKernel(work.compiler(), device, TYPE, shape)) {
            for (int rowCount : new int[] {1, 8, 32, 64, 128, 256}) {
                int[] lengths = IntStream.range(0, rowCount).map(row -> 1024).toArray();
                decode(kernel, rowCount + " x 1024", lengths);
            }
            decode(kernel, "1 x 8192", new int[] {8192});
            decode(kernel, "1 x 32768", new int[] {32_768});
            int[] uneven = IntStream.range(0, 64).map(row -> 256).toArray();
            uneven[40] = 32_768;
            decode(kernel, "63 x 256, 1 x 32768", uneven);
        }
    }

    private void decode(DecodeAttentionKernel kernel, String name, int[] lengths) {
        poolUsedBytes = 0;
        Batch batch = new Batch(IntStream.range(0, lengths.length).map(row -> 1).toArray(), lengths);
        double bytes = 2.0 * Arrays.stream(lengths).sum() * shape.kvHeadCount() * shape.headDim() * TYPE.bytes();
        int layers = (int) Math.clamp(Math.ceil(4 * device.l2Bytes() / bytes), 2, MOST_LAYERS);
        List<PagedCache> caches =
                IntStream.range(0, layers).mapToObj(layer -> batch.cache()).toList();
        DeviceBuffer workspace = part(kernel.workspaceBytes(lengths.length));
        kernel.clear(work.stream(), workspace);
        double seconds = medianSeconds(
                layers,
                launch -> kernel.launch(
                        work.stream(), batch.qkv, caches.get(launch), batch.spans, workspace, batch.attended));
        fillAgain(workspace);
        report("decode ", name, seconds, bytes);
    }

    private void rotaries() {
        RotarySpec rotary = new RotarySpec(RotaryLayout.HALVES, shape.headDim(), 500_000, new RotaryScaling.None());
        DeviceBuffer table = part(RotaryTurns.tableBytes(rotary, 1 << 17));
        RotaryTurns turns = RotaryTurns.upload(work.stream(), table, rotary, 1 << 17);
        try (RotaryCacheKernel kernel = new RotaryCacheKernel(work.compiler(), TYPE, shape, turns)) {
            for (int tokens : new int[] {1, 64, 512, 8192}) {
                poolUsedBytes = table.bytes() + (1 << 20);
                Batch batch = new Batch(new int[] {tokens}, new int[] {tokens});
                PagedCache cache = batch.cache();
                StepTokens step = new StepTokens(
                        ints(new int[tokens]), ints(IntStream.range(0, tokens).toArray()), tokens);
                double seconds = medianSeconds(
                        32, launch -> kernel.launch(work.stream(), batch.qkv, step, HeadWeights.NONE, cache));
                double bytes = 2.0 * tokens * shape.qkvElements() * TYPE.bytes();
                report("rotary ", tokens + " tokens", seconds, bytes);
            }
        }
    }

    private void report(String what, String name, double seconds, double bytes) {
        double rate = bytes / seconds;
        System.out.printf(
                "%s %-26s %9.1f us  %6.0f GB/s     %4.0f %%%n",
                what, name, seconds * 1e6, rate / 1e9, 100 * rate / ceilings.readBytesPerSecond());
    }

    /** Seconds of one of {@code launches} in a graph: the median of its replays. */
    private double medianSeconds(int launches, java.util.function.IntConsumer launch) {
        double[] seconds = new double[ROUNDS];
        try (CudaGraph graph =
                        work.stream().capture(() -> IntStream.range(0, launches).forEach(launch));
                CudaGraphExec exec = graph.instantiate();
                CudaEvent begin = CudaEvent.create(true);
                CudaEvent end = CudaEvent.create(true)) {
            for (int round = -3; round < ROUNDS; round++) {
                work.stream().record(begin);
                exec.launch(work.stream());
                exec.launch(work.stream());
                work.stream().record(end);
                end.synchronize();
                seconds[Math.max(round, 0)] = end.millisSince(begin) / 1000 / 2 / launches;
            }
        }
        Arrays.sort(seconds);
        return seconds[ROUNDS / 2];
    }

    /** Random numbers again where small data lay, so that the next batch does not read them as elements. */
    private void fillAgain(DeviceBuffer buffer) {
        try (RandomFillKernel random = new RandomFillKernel(work.compiler(), TYPE)) {
            random.launch(work.stream(), buffer, new WeightContent.Random(11, 0, 1));
            work.stream().synchronize();
        }
    }

    /** The next part of the pool of random elements. */
    private DeviceBuffer part(long bytes) {
        DeviceBuffer part = pool.slice(poolUsedBytes, bytes);
        poolUsedBytes += (bytes + 255) & -256;
        return part;
    }

    private DeviceBuffer ints(int[] values) {
        return work.upload(values);
    }

    /** Rows, their queries, and as many caches with shuffled blocks as asked for. */
    private final class Batch {
        private final DeviceBuffer qkv;
        private final DeviceBuffer attended;
        private final Spans spans;
        private final DeviceBuffer tables;
        private final int tableStride;
        private final int blockCount;

        Batch(int[] tokenCounts, int[] lengths) {
            int rowCount = lengths.length;
            int tokens = Arrays.stream(tokenCounts).sum();
            qkv = part((long) tokens * shape.qkvElements() * TYPE.bytes());
            attended = part((long) tokens * shape.attendedElements() * TYPE.bytes());
            int[] firsts = new int[rowCount];
            for (int row = 1; row < rowCount; row++) {
                firsts[row] = firsts[row - 1] + tokenCounts[row - 1];
            }
            spans = new Spans(
                    ints(IntStream.range(0, rowCount).toArray()),
                    ints(firsts),
                    ints(tokenCounts),
                    ints(lengths),
                    rowCount);
            tableStride = Math.ceilDiv(Arrays.stream(lengths).max().orElseThrow(), BLOCK_TOKENS);
            int[] entries = new int[rowCount * tableStride];
            blockCount = Arrays.stream(lengths)
                    .map(length -> Math.ceilDiv(length, BLOCK_TOKENS))
                    .sum();
            List<Integer> free = new ArrayList<>(
                    IntStream.range(0, blockCount).boxed().toList());
            Collections.shuffle(free, new Random(3));
            for (int row = 0; row < rowCount; row++) {
                for (int block = 0; block < Math.ceilDiv(lengths[row], BLOCK_TOKENS); block++) {
                    entries[row * tableStride + block] = free.removeLast();
                }
            }
            tables = ints(entries);
        }

        PagedCache cache() {
            long bytes = (long) blockCount * shape.cacheBlockElements() * TYPE.bytes();
            return new PagedCache(part(bytes), part(bytes), tables, tableStride);
        }
    }
}
