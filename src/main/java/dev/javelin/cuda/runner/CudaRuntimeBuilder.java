package dev.javelin.cuda.runner;

import dev.javelin.backend.MemoryUse;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.cuda.blas.MatmulChoices;
import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.MemoryInfo;
import dev.javelin.cuda.kernel.CopyBlocksKernel;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.kernel.RandomFillKernel;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.cuda.nvrtc.CubinCache;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a runner together, in the order in which memory is known: weights, workspace, libraries, then keys and values
 * from what is left, then graphs. Confined to the thread that creates the runner.
 */
final class CudaRuntimeBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(CudaRuntimeBuilder.class);

    /** Steps that may be launched and not awaited: Java completes one while the device runs the next. */
    private static final int STEPS_IN_FLIGHT = 2;

    /** Device memory of one recorded step, with room to spare: measured, and checked after recording. */
    private static final long GRAPH_BYTES = 8L << 20;

    private final LoadedModel model;
    private final CudaSettings settings;
    private final ModelSpec spec;
    private final OwnedResources owned = new OwnedResources();
    private final CudaDevice device;
    private final CudaStream stream;
    private final ElementType type;
    private final KernelCompiler compiler;
    private final long startNanos = System.nanoTime();

    private CudaRuntimeBuilder(LoadedModel model, CudaSettings settings) {
        this.model = model;
        this.settings = settings;
        spec = model.spec();
        device = owned.own(CudaDevice.open(settings.deviceIndex()));
        stream = owned.own(CudaStream.create());
        type = ElementTypes.choose(settings.elementType(), model.weights());
        compiler = new KernelCompiler(
                device.properties().arch(),
                settings.cacheFolder() == null
                        ? CubinCache.none()
                        : CubinCache.in(settings.cacheFolder().resolve("cubin")));
    }

    /** Builds, or closes what was built and throws. */
    static CudaRuntime build(LoadedModel model, CudaSettings settings) {
        CudaRuntimeBuilder builder = new CudaRuntimeBuilder(model, settings);
        boolean built = false;
        try {
            CudaRuntime runtime = builder.build();
            built = true;
            return runtime;
        } finally {
            if (!built) {
                builder.owned.close();
            }
        }
    }

    private CudaRuntime build() {
        MemoryInfo empty = device.memory();
        if (settings.cacheFolder() != null) {
            KernelSources.compile(compiler, KernelSources.of(spec, type, device.properties()));
        }
        RunnerKernels kernels = new RunnerKernels(
                spec,
                new RunnerKernels.Target(
                        compiler, device.properties(), stream, type, settings.contextTokens(), settings.maxSlots()),
                owned);
        LOG.debug("kernels are there after {} ms", millis());
        DeviceArena weightArena = owned.own(DeviceArena.reserve(WeightLayout.bytes(model.weights(), type), "weights"));
        WeightLayout.Placed weights = WeightLayout.place(model, type, weightArena);
        try (RandomFillKernel randomFill = new RandomFillKernel(compiler, type)) {
            new WeightLoader(device, type, randomFill).load(weights.placements(), stream, settings.progress());
        }
        LOG.debug("weights are there after {} ms", millis());
        StepMemory memory = new StepMemory(
                new StepMemory.Parts(spec, type, settings, kernels, device.properties(), compiler, choices(), stream),
                owned);
        List<Integer> buckets = DecodeGraphs.buckets(settings.maxSlots());
        KvMemory kv = owned.own(KvMemory.allocate(
                spec,
                type,
                new KvMemory.Budget(
                        settings.kvBytes(),
                        device.memory(),
                        settings.memoryUtilization(),
                        buckets.size() * GRAPH_BYTES),
                stream));
        List<DeviceBuffer> caches = uploadCacheAddresses(kv);
        ForwardPass forward = new ForwardPass(
                spec,
                weights,
                memory.space(),
                memory.arrays(),
                attentions(kernels, memory, weights, kv),
                memory.kernels());
        long beforeGraphs = device.memory().freeBytes();
        DecodeGraphs graphs = owned.own(new DecodeGraphs(forward, settings.maxSlots()));
        graphs.record(stream);
        long graphBytes = Math.max(0, beforeGraphs - device.memory().freeBytes());
        LOG.debug("{} graphs are there after {} ms", graphs.count(), millis());
        List<MemoryUse> plan = List.of(
                new MemoryUse("weights", weightArena.totalBytes()),
                new MemoryUse("workspace", memory.bytes()),
                new MemoryUse(graphs.count() + " graphs", graphBytes),
                new MemoryUse(
                        "kernels and libraries",
                        Math.max(
                                0,
                                empty.freeBytes()
                                        - beforeGraphs
                                        - weightArena.totalBytes()
                                        - memory.bytes()
                                        - kv.arena().totalBytes())),
                new MemoryUse("KV cache", kv.arena().totalBytes()),
                new MemoryUse("left free", device.memory().freeBytes()));
        return runtime(memory, kv, forward, graphs, new Described(plan, caches));
    }

    private record Described(List<MemoryUse> plan, List<DeviceBuffer> caches) {}

    private CudaRuntime runtime(
            StepMemory memory, KvMemory kv, ForwardPass forward, DecodeGraphs graphs, Described described) {
        RunnerDescription description = new RunnerDescription(
                spec,
                deviceName(),
                kv.plans(),
                settings.maxSlots(),
                settings.maxStepTokens(),
                STEPS_IN_FLIGHT,
                described.plan());
        List<StepSlot> stepSlots = new ArrayList<>();
        for (int i = 0; i < STEPS_IN_FLIGHT; i++) {
            stepSlots.add(owned.own(StepSlot.allocate(
                    memory.arrays().all().input().bytes(),
                    memory.output().buffer().bytes())));
        }
        SlotShadows slots =
                new SlotShadows(settings.maxSlots(), spec.cacheGroups().size());
        CudaRuntime.Parts parts = new CudaRuntime.Parts(
                device,
                stream,
                slots,
                new StepInput(slots, settings.maxSlots(), spec.cacheGroups().size()),
                memory.arrays(),
                forward,
                graphs,
                new ScorePass(forward, memory.logprobs(), memory.scoreLogits()),
                memory.sampleStage(),
                memory.output(),
                memory.tiles(),
                owned.own(new CopyBlocksKernel(compiler)),
                described.caches());
        return new CudaRuntime(parts, description, stepSlots, owned);
    }

    private List<LayerAttention> attentions(
            RunnerKernels kernels, StepMemory memory, WeightLayout.Placed weights, KvMemory kv) {
        LayerAttention.Step step = new LayerAttention.Step(memory.arrays(), memory.tiles());
        List<LayerAttention> attentions = new ArrayList<>();
        for (int i = 0; i < spec.layers().size(); i++) {
            attentions.add(kernels.attention(
                    spec.layers().get(i), weights.layers().get(i), kv.layers().get(i), step));
        }
        return attentions;
    }

    private List<DeviceBuffer> uploadCacheAddresses(KvMemory kv) {
        List<long[]> groups = kv.plans().stream().map(kv::addresses).toList();
        long bytes = groups.stream()
                .mapToLong(addresses -> DeviceArena.alignedBytes((long) addresses.length * Long.BYTES))
                .sum();
        DeviceArena arena = owned.own(DeviceArena.reserve(bytes, "addresses of the cache"));
        List<DeviceBuffer> buffers = new ArrayList<>();
        for (long[] addresses : groups) {
            long groupBytes = (long) addresses.length * Long.BYTES;
            DeviceBuffer buffer = arena.take(groupBytes, "addresses of a cache group");
            try (PinnedBuffer staging = PinnedBuffer.allocate(groupBytes)) {
                MemorySegment.copy(addresses, 0, staging.segment(), ValueLayout.JAVA_LONG, 0, addresses.length);
                DeviceCopies.toDevice(stream, buffer, staging, 0, groupBytes);
                stream.synchronize();
            }
            buffers.add(buffer);
        }
        return buffers;
    }

    private String deviceName() {
        return String.format(
                Locale.ROOT,
                "%s, %.0f GB, %s",
                device.properties().name(),
                device.properties().totalBytes() / 1e9,
                type.name().toLowerCase(Locale.ROOT));
    }

    private MatmulChoices choices() {
        Path folder = settings.cacheFolder();
        return folder == null ? MatmulChoices.none() : MatmulChoices.in(folder.resolve("matmul"), device.properties());
    }

    private long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
