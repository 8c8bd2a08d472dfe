package dev.javelin.cli;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.MlpSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Layers in words. Stateless. */
final class LayerText {
    private LayerText() {}

    /** How many layers there are of each kind, in the order of their first. */
    static Map<LayerSpec, Integer> kinds(List<LayerSpec> layers) {
        Map<LayerSpec, Integer> kinds = new LinkedHashMap<>();
        layers.forEach(layer -> kinds.merge(layer, 1, Integer::sum));
        return kinds;
    }

    static String attention(AttentionSpec attention) {
        StringBuilder out = new StringBuilder()
                .append(attention.headCount())
                .append(" heads of ")
                .append(attention.headDim())
                .append(", ")
                .append(attention.kvHeadCount())
                .append(" for keys and values");
        if (attention.projectionBias()) {
            out.append(", biases");
        }
        if (attention.headNorm() != null) {
            out.append(", heads normalised");
        }
        Integer window = attention.windowTokens();
        return out.append(window == null ? "" : ", window of " + window + " tokens")
                .toString();
    }

    static String rotary(RotarySpec rotary) {
        String scaling = switch (rotary.scaling()) {
            case RotaryScaling.None _ -> "";
            case RotaryScaling.Linear linear -> ", linear scaling by " + number(linear.factor());
            case RotaryScaling.Llama3 llama3 -> ", Llama 3 scaling by " + number(llama3.factor());
            case RotaryScaling.Factors _ -> ", frequency factors";
        };
        return rotary.rotatedDims() + " dims, " + lower(rotary.layout()) + ", theta " + number(rotary.theta())
                + scaling;
    }

    static String mlp(MlpSpec mlp) {
        return mlp.intermediateSize() + ", gated, " + lower(mlp.activation());
    }

    static String norm(NormSpec norm) {
        return lower(norm.kind()) + ", epsilon " + number(norm.epsilon());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** As short as a float's own text: 1.0E-5 was a float, and 10000.0 is whole. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf((float) value);
    }
}
