package dev.javelin.cuda.kernel;

import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The variants of products with few rows and of the elementwise kernels, at the sizes of a large and a small model. */
final class DenseVariants {
    private static final List<Integer> HIDDEN = List.of(4096, 576);

    private DenseVariants() {}

    static List<KernelSource> all() {
        List<KernelSource> variants = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            variants.add(RowsKernel.source(type));
            for (int hidden : HIDDEN) {
                variants.add(EmbeddingKernel.source(type, hidden));
                for (NormKernel.Kind kind : NormKernel.Kind.values()) {
                    variants.add(NormKernel.source(type, kind, hidden));
                }
            }
            for (Activation activation : Activation.values()) {
                variants.add(ActivationKernel.source(type, activation, 14_336));
            }
        }
        for (int hidden : HIDDEN) {
            variants.addAll(resident(ElementType.BF16, SkinnyShape.elements(6144, hidden)));
            variants.addAll(resident(ElementType.BF16, SkinnyShape.residual(4096, hidden)));
            variants.addAll(resident(ElementType.BF16, SkinnyShape.floats(128_256, hidden)));
            variants.addAll(resident(ElementType.BF16, SkinnyShape.gated(14_336, hidden, Activation.SILU)));
        }
        variants.addAll(resident(ElementType.F16, SkinnyShape.gated(1536, 4096, Activation.GELU_ERF)));
        for (int tokenFragments : List.of(1, 2, 4, 8)) {
            variants.add(split(ElementType.BF16, SkinnyShape.residual(4096, 14_336), tokenFragments));
            variants.add(split(ElementType.BF16, SkinnyShape.floats(203, 72), tokenFragments));
            variants.add(split(ElementType.F16, SkinnyShape.gated(1536, 576, Activation.SILU), tokenFragments));
        }
        return variants;
    }

    private static List<KernelSource> resident(ElementType type, SkinnyShape shape) {
        return List.of(
                SkinnyResident.source(type, new SkinnyTuning(true, 5, true), shape),
                SkinnyResident.source(type, new SkinnyTuning(false, 5, true), shape),
                SkinnyResident.source(type, new SkinnyTuning(true, 5, true), shape.normed()));
    }

    private static KernelSource split(ElementType type, SkinnyShape shape, int tokenFragments) {
        Map<String, String> defines = new HashMap<>(shape.defines(type));
        defines.put("TOKEN_FRAGMENTS", Integer.toString(tokenFragments));
        defines.put("STAGES", "3");
        return new KernelSource("skinny_split.cu", defines);
    }
}
