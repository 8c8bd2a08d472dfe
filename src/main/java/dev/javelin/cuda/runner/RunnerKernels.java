package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.kernel.Activation;
import dev.javelin.cuda.kernel.ActivationKernel;
import dev.javelin.cuda.kernel.AttentionShape;
import dev.javelin.cuda.kernel.DecodeAttentionKernel;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.kernel.EmbeddingKernel;
import dev.javelin.cuda.kernel.HeadWeights;
import dev.javelin.cuda.kernel.NormKernel;
import dev.javelin.cuda.kernel.PagedCache;
import dev.javelin.cuda.kernel.PrefillAttentionKernel;
import dev.javelin.cuda.kernel.RotaryCacheKernel;
import dev.javelin.cuda.kernel.RotaryTurns;
import dev.javelin.cuda.kernel.StepPrepareKernel;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotarySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The compiled kernels of one model's shapes, but for matrix products. Confined to one thread at a time; whoever
 * compiles them owns them.
 */
final class RunnerKernels {
    private final StepPrepareKernel prepare;
    private final EmbeddingKernel embedding;
    private final NormKernel norm;
    private final Map<Integer, ActivationKernel> activations = new LinkedHashMap<>();
    private final Map<AttentionSpec, LayerAttention.Kernels> attentions = new LinkedHashMap<>();

    /**
     * What they are compiled for.
     *
     * @param compiler for the device
     * @param device where they run
     * @param stream where tables and scratch memory are made ready
     * @param type of elements
     * @param contextTokens most tokens of a sequence
     * @param maxRows most rows of a step
     */
    record Target(
            KernelCompiler compiler,
            DeviceProperties device,
            CudaStream stream,
            ElementType type,
            int contextTokens,
            int maxRows) {}

    /**
     * Compiles what a model needs, or takes it from the cache.
     *
     * @param spec the model
     * @param target what for
     * @param owned takes over what is to be closed
     */
    RunnerKernels(ModelSpec spec, Target target, OwnedResources owned) {
        KernelCompiler compiler = target.compiler();
        ElementType type = target.type();
        prepare = owned.own(new StepPrepareKernel(compiler));
        embedding = owned.own(new EmbeddingKernel(compiler, type, spec.hiddenSize()));
        norm = owned.own(new NormKernel(compiler, type, NormKernel.Kind.RMS, spec.hiddenSize()));
        Map<RotarySpec, RotaryTurns> turns = new LinkedHashMap<>();
        for (LayerSpec layer : spec.layers()) {
            activations.computeIfAbsent(
                    layer.mlp().intermediateSize(),
                    width -> owned.own(new ActivationKernel(compiler, type, Activation.SILU, width)));
            RotaryTurns turn =
                    turns.computeIfAbsent(layer.attention().rotary(), rotary -> turns(rotary, target, owned));
            attentions.computeIfAbsent(layer.attention(), attention -> attention(attention, turn, target, owned));
        }
    }

    private static RotaryTurns turns(RotarySpec rotary, Target target, OwnedResources owned) {
        long bytes = RotaryTurns.tableBytes(rotary, target.contextTokens());
        DeviceArena arena = owned.own(DeviceArena.reserve(Math.max(1, bytes), "rotary table"));
        return RotaryTurns.upload(target.stream(), arena.take(bytes, "rotary table"), rotary, target.contextTokens());
    }

    /** Kernels of other shapes lay their scratch memory out otherwise, so each has its own. */
    private static LayerAttention.Kernels attention(
            AttentionSpec spec, RotaryTurns turns, Target target, OwnedResources owned) {
        AttentionShape shape = shape(spec);
        KernelCompiler compiler = target.compiler();
        ElementType type = target.type();
        DecodeAttentionKernel decode = owned.own(new DecodeAttentionKernel(compiler, target.device(), type, shape));
        long bytes = decode.workspaceBytes(target.maxRows());
        DeviceBuffer workspace =
                owned.own(DeviceArena.reserve(bytes, "attention partials")).take(bytes, "attention partials");
        decode.clear(target.stream(), workspace);
        return new LayerAttention.Kernels(
                shape,
                owned.own(new RotaryCacheKernel(compiler, type, shape, turns)),
                owned.own(new PrefillAttentionKernel(compiler, target.device(), type, shape)),
                decode,
                workspace);
    }

    /** What attention kernels are compiled for. */
    static AttentionShape shape(AttentionSpec spec) {
        Integer window = spec.windowTokens();
        return new AttentionShape(
                spec.headCount(),
                spec.kvHeadCount(),
                spec.headDim(),
                spec.scale(),
                window == null ? 0 : window,
                KvMemory.BLOCK_TOKENS);
    }

    StepPrepareKernel prepare() {
        return prepare;
    }

    EmbeddingKernel embedding() {
        return embedding;
    }

    NormKernel norm() {
        return norm;
    }

    Map<Integer, ActivationKernel> activations() {
        return activations;
    }

    /** Tokens of the tiles that prefill attention wants, each length once. */
    List<Integer> tileLengths() {
        return attentions.values().stream()
                .map(kernels -> kernels.prefill().tileTokens())
                .distinct()
                .toList();
    }

    /** A layer's attention over its weights and cache. */
    LayerAttention attention(
            LayerSpec layer, WeightLayout.Layer weights, KvMemory.LayerCache cache, LayerAttention.Step step) {
        LayerAttention.Kernels kernels = attentions.get(layer.attention());
        if (kernels == null) {
            throw new IllegalArgumentException("no kernels are compiled for " + layer.attention());
        }
        NormSpec headNorm = layer.attention().headNorm();
        return new LayerAttention(
                kernels,
                new HeadWeights(
                        weights.qkvBias(),
                        weights.queryNorm(),
                        weights.keyNorm(),
                        headNorm == null ? 0 : headNorm.epsilon()),
                new PagedCache(
                        cache.keys(),
                        cache.values(),
                        step.arrays().tables(layer.cacheGroupId()),
                        step.arrays().all().tableStride()),
                step);
    }
}
