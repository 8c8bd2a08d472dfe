package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.kernel.Activation;
import dev.javelin.cuda.kernel.ActivationKernel;
import dev.javelin.cuda.kernel.AttentionShape;
import dev.javelin.cuda.kernel.CopyBlocksKernel;
import dev.javelin.cuda.kernel.DecodeAttentionKernel;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.kernel.EmbeddingKernel;
import dev.javelin.cuda.kernel.NormKernel;
import dev.javelin.cuda.kernel.PrefillAttentionKernel;
import dev.javelin.cuda.kernel.RandomFillKernel;
import dev.javelin.cuda.kernel.RotaryCacheKernel;
import dev.javelin.cuda.kernel.Sampling;
import dev.javelin.cuda.kernel.SamplingLogprobs;
import dev.javelin.cuda.kernel.SamplingState;
import dev.javelin.cuda.kernel.StepPrepareKernel;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Every kernel that a model will need, compiled side by side into the cache before the first is loaded: one after
 * another they take ten times as long. Stateless.
 */
final class KernelSources {
    private static final int MOST_THREADS = 16;

    private KernelSources() {}

    /** What a runner of the model compiles on the device. */
    static Set<KernelSource> of(ModelSpec spec, ElementType type, DeviceProperties device) {
        Set<KernelSource> sources = new LinkedHashSet<>(Products.sources(spec, type, device));
        sources.add(StepPrepareKernel.SOURCE);
        sources.add(CopyBlocksKernel.SOURCE);
        sources.add(RandomFillKernel.source(type));
        sources.add(EmbeddingKernel.source(type, spec.hiddenSize()));
        sources.add(NormKernel.source(type, NormKernel.Kind.RMS, spec.hiddenSize()));
        sources.add(Sampling.source());
        sources.add(SamplingLogprobs.source());
        sources.add(SamplingState.source());
        for (LayerSpec layer : spec.layers()) {
            AttentionShape shape = RunnerKernels.shape(layer.attention());
            sources.add(
                    ActivationKernel.source(type, Activation.SILU, layer.mlp().intermediateSize()));
            sources.add(RotaryCacheKernel.source(type, shape, layer.attention().rotary()));
            sources.add(PrefillAttentionKernel.source(type, shape, device));
            sources.add(DecodeAttentionKernel.source(type, shape, device));
        }
        return sources;
    }

    /**
     * Compiles what the cache lacks.
     *
     * @throws JavelinException INTERNAL with the compiler's log of the first that failed
     */
    static void compile(KernelCompiler compiler, Set<KernelSource> sources) {
        int threads = Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
        try (ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("compile-kernels-", 0).factory())) {
            List<Future<?>> compilations = new ArrayList<>();
            for (KernelSource source : sources) {
                compilations.add(workers.submit(() -> compiler.cubin(source)));
            }
            for (Future<?> compilation : compilations) {
                compilation.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof JavelinException known
                    ? known
                    : new IllegalStateException("a kernel does not compile: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while kernels were compiled", e);
        }
    }
}
