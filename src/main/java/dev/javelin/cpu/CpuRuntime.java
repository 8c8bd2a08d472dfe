package dev.javelin.cpu;

import dev.javelin.backend.CachePlan;
import dev.javelin.backend.MemoryUse;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.StepPlan;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a runner, wired. Confined to the engine thread. Apart from {@link CpuModelRunner} so that no class of
 * the Vector API loads before its module is known to be there.
 *
 * @param description what the runner is
 * @param slots every sequence's state
 * @param batch the tokens of the step at hand
 * @param forward the layers
 * @param head the output head
 * @param sampling what drawing tokens needs
 * @param memory all native memory
 * @param model kept so that weights that the garbage collector frees stay as long as their addresses are used
 */
record CpuRuntime(
        RunnerDescription description,
        Slots slots,
        Batch batch,
        ForwardPass forward,
        OutputHead head,
        CpuStep.Sampling sampling,
        RawMemory memory,
        LoadedModel model)
        implements AutoCloseable {
    static CpuRuntime create(LoadedModel model, CpuSettings settings) {
        SpecSupport.check(model.spec());
        List<CachePlan> cachePlans = KvBudget.plans(model.spec(), settings);
        RawMemory memory = new RawMemory();
        WorkerPool pool = new WorkerPool(settings.threads());
        try {
            return build(model, settings, cachePlans, memory, pool);
        } catch (RuntimeException | Error e) {
            pool.close();
            memory.close();
            throw e;
        }
    }

    private static CpuRuntime build(
            LoadedModel model, CpuSettings settings, List<CachePlan> cachePlans, RawMemory memory, WorkerPool pool) {
        ModelSpec spec = model.spec();
        List<KvCache> caches = new ArrayList<>();
        for (CachePlan plan : cachePlans) {
            caches.add(new KvCache(plan, memory));
        }
        long cacheBytes = memory.allocatedBytes();
        WeightSource source = new WeightSource(model, memory);
        Workspace space = Workspace.allocate(spec, settings.maxStepTokens(), memory);
        List<RotaryTable> rotaries = new ArrayList<>();
        List<LayerWeights> layers = layers(source, space, rotaries, settings.maxStepTokens());
        int vocabulary = spec.vocabularyTokens();
        Matrix embedding = source.matrix(WeightRole.TOKEN_EMBEDDING, WeightKey.NO_LAYER, vocabulary, spec.hiddenSize());
        Matrix head = spec.tiedHead()
                ? embedding
                : source.matrix(WeightRole.LM_HEAD, WeightKey.NO_LAYER, vocabulary, spec.hiddenSize());
        Batch batch = new Batch(settings.maxSlots(), settings.maxStepTokens());
        MatrixProducts products = new MatrixProducts(pool, memory, mostColumns(layers, spec));
        Attention attention = new Attention(
                pool,
                batch,
                memory,
                layers.stream().map(LayerWeights::attention).toList(),
                caches.getFirst());
        ForwardPass forward = new ForwardPass(
                new ForwardPass.Parts(pool, products, attention, space, batch, embedding, layers, caches, rotaries));
        OutputHead outputHead = new OutputHead(products, space, source, head, settings.maxSlots());
        Sampler[] samplers = new Sampler[pool.threadCount()];
        for (int i = 0; i < samplers.length; i++) {
            samplers[i] = new Sampler(vocabulary);
        }
        return new CpuRuntime(
                describe(model, settings, cachePlans, cacheBytes, memory.allocatedBytes() - cacheBytes),
                new Slots(settings.maxSlots(), caches),
                batch,
                forward,
                outputHead,
                new CpuStep.Sampling(pool, samplers, vocabulary, System::nanoTime),
                memory,
                model);
    }

    private static List<LayerWeights> layers(
            WeightSource source, Workspace space, List<RotaryTable> rotaries, int mostTokens) {
        List<LayerWeights> layers = new ArrayList<>();
        for (int i = 0; i < source.spec().layers().size(); i++) {
            LayerSpec layer = source.spec().layers().get(i);
            CacheGroup group = source.spec().cacheGroups().get(layer.cacheGroupId());
            Attention.Layer attention = new Attention.Layer(
                    layer.attention(),
                    layer.cacheGroupId(),
                    group.layerIndexes().indexOf(i));
            RotaryTable rotary = rotary(layer.attention().rotary(), rotaries, source.memory(), mostTokens);
            layers.add(LayerWeights.of(i, attention, source, space, rotary));
        }
        return layers;
    }

    /** The table of an embedding, shared by the layers that have it. */
    private static RotaryTable rotary(RotarySpec spec, List<RotaryTable> rotaries, RawMemory memory, int mostTokens) {
        for (RotaryTable table : rotaries) {
            if (table.spec().equals(spec)) {
                return table;
            }
        }
        RotaryTable table = new RotaryTable(spec, memory, mostTokens);
        rotaries.add(table);
        return table;
    }

    private static int mostColumns(List<LayerWeights> layers, ModelSpec spec) {
        int most = spec.hiddenSize();
        for (LayerWeights layer : layers) {
            most = Math.max(
                    most,
                    Math.max(layer.attentionOutput().columns(), layer.down().columns()));
        }
        return most;
    }

    private static RunnerDescription describe(
            LoadedModel model, CpuSettings settings, List<CachePlan> cachePlans, long cacheBytes, long workspaceBytes) {
        long weightBytes =
                model.weights().all().stream().mapToLong(Weight::byteCount).sum();
        long randomBytes = WeightSource.randomBytes(model);
        MemoryUse weights = randomBytes == 0
                ? new MemoryUse("weights (mapped)", weightBytes)
                : new MemoryUse("weights (random)", weightBytes);
        return new RunnerDescription(
                model.spec(),
                "CPU, " + settings.threads() + (settings.threads() == 1 ? " thread, " : " threads, ")
                        + Lanes.FLOATS.vectorBitSize() + "-bit vectors",
                cachePlans,
                settings.maxSlots(),
                settings.maxStepTokens(),
                1,
                List.of(
                        weights,
                        new MemoryUse("KV cache", cacheBytes),
                        new MemoryUse("workspace", workspaceBytes - randomBytes)));
    }

    /** Runs a plan's rows; its slot operations are applied already. */
    PendingStep run(StepPlan plan) {
        long startNanos = sampling.nanoClock().getAsLong();
        batch.fill(plan, slots);
        forward.run();
        return new CpuStep(plan, batch, head, sampling, startNanos);
    }

    @Override
    public void close() {
        sampling.pool().close();
        memory.close();
    }
}
