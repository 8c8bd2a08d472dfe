package dev.javelin.cuda.kernel;

import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every kernel file with every set of constants that the runner can ask for, or one of each kind where they are many.
 * Whoever writes a kernel adds its variants here; {@link KernelCompilationTest} compiles them all without a GPU.
 */
final class KernelVariants {
    private KernelVariants() {}

    static List<KernelSource> all() {
        List<KernelSource> variants = new ArrayList<>();
        variants.add(new KernelSource("read_bandwidth.cu", Map.of()));
        variants.addAll(DenseVariants.all());
        variants.addAll(AttentionVariants.all());
        variants.addAll(List.of(Sampling.source(), SamplingState.source(), SamplingLogprobs.source()));
        return variants;
    }
}
