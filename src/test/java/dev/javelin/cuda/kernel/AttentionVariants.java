package dev.javelin.cuda.kernel;

import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import java.util.ArrayList;
import java.util.List;

/** The attention kernels' entries of {@link KernelVariants}: every head width and tiling, heads a key of each kind. */
final class AttentionVariants {
    private AttentionVariants() {}

    static List<KernelSource> all() {
        List<KernelSource> variants = new ArrayList<>();
        for (int headDim : new int[] {64, 80, 96, 128, 256}) {
            AttentionShape shape = shape(8, 2, headDim);
            PrefillTiling best = PrefillTiling.choices(shape).getFirst();
            variants.add(PrefillAttentionKernel.source(ElementType.BF16, shape, best));
        }
        AttentionShape llama = shape(32, 8, 128);
        variants.add(PrefillAttentionKernel.source(
                ElementType.F16, llama, PrefillTiling.choices(llama).getLast()));
        AttentionShape gemma = shape(8, 4, 256);
        variants.add(PrefillAttentionKernel.source(
                ElementType.BF16, gemma, PrefillTiling.choices(gemma).getLast()));
        variants.add(DecodeAttentionKernel.source(ElementType.BF16, llama, new DecodeTiling(4, 3, 2)));
        variants.add(DecodeAttentionKernel.source(ElementType.F16, shape(8, 8, 64), new DecodeTiling(4, 4, 2)));
        variants.add(DecodeAttentionKernel.source(ElementType.BF16, shape(71, 1, 80), new DecodeTiling(4, 2, 1)));
        variants.add(DecodeAttentionKernel.source(ElementType.BF16, shape(16, 1, 256), new DecodeTiling(2, 2, 1)));
        variants.add(rotary(shape(32, 8, 128), RotaryLayout.HALVES, 128));
        variants.add(rotary(shape(32, 8, 96), RotaryLayout.INTERLEAVED, 96));
        variants.add(rotary(shape(32, 32, 80), RotaryLayout.HALVES, 20));
        variants.add(rotary(shape(8, 4, 256), RotaryLayout.HALVES, 0));
        return variants;
    }

    private static KernelSource rotary(AttentionShape shape, RotaryLayout layout, int rotatedDims) {
        RotarySpec spec = new RotarySpec(layout, rotatedDims, 10_000, new RotaryScaling.None());
        return RotaryCacheKernel.source(ElementType.BF16, shape, spec);
    }

    private static AttentionShape shape(int headCount, int kvHeadCount, int headDim) {
        return new AttentionShape(headCount, kvHeadCount, headDim, 1, 0, 16);
    }
}
