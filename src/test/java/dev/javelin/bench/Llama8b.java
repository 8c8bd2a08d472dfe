package dev.javelin.bench;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.CachePlan;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.MlpSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The shapes of Llama 3.1 8B, and the ceilings of the H200 that the targets were set on. Stateless. */
final class Llama8b {
    /** Read at 4.22 TB/s, copy at 4.24 TB/s, a bf16 product of 8192 cubed at 789 TFLOP/s. */
    static final DeviceCeilings H200 = new DeviceCeilings(4.22e12, 4.24e12, 789e12, "bf16 8192 cubed");

    private Llama8b() {}

    static ModelSpec spec() {
        return spec(null);
    }

    static ModelSpec spec(@Nullable Integer windowTokens) {
        NormSpec norm = new NormSpec(NormSpec.Kind.RMS, 1e-5f);
        RotarySpec rotary = new RotarySpec(RotaryLayout.HALVES, 128, 500_000, new RotaryScaling.None());
        AttentionSpec attention = new AttentionSpec(32, 8, 128, 0.088f, false, null, rotary, windowTokens);
        MlpSpec mlp = new MlpSpec(14336, MlpSpec.Activation.SILU);
        LayerSpec layer = new LayerSpec(norm, attention, norm, mlp, 0);
        return new ModelSpec(
                "llama",
                "Llama 3.1 8B",
                128_256,
                4096,
                131_072,
                Collections.nCopies(32, layer),
                norm,
                false,
                List.of(group(windowTokens)));
    }

    private static CacheGroup group(@Nullable Integer windowTokens) {
        return new CacheGroup(0, IntStream.range(0, 32).boxed().toList(), 8, 128, windowTokens);
    }

    /** Keys and values in bf16: 131,072 bytes a token. */
    static List<CachePlan> cachePlans(@Nullable Integer windowTokens) {
        return List.of(new CachePlan(group(windowTokens), CacheFormat.BF16, 16, 50_000));
    }

    static Floors floors() {
        ModelCosts costs = new ModelCosts(spec());
        return new Floors(costs, cachePlans(null), costs.streamedBytes(2), H200);
    }
}
