package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where each weight lies on the device: one arena, matrices that read the same input packed by rows. Confined to the
 * thread that loads; immutable afterwards.
 *
 * <pre>
 * qkv    [(heads + 2 * kvHeads) * headDim, hidden]   query rows, key rows, value rows
 * gateUp [2 * intermediate, hidden]                  gate rows, up rows
 * </pre>
 */
final class WeightLayout {
    private static final long ALIGNMENT_BYTES = 256;

    private final ModelWeights weights;
    private final ElementType type;
    private final DeviceArena arena;
    private final List<Placement> placements = new ArrayList<>();

    /**
     * A weight and its place.
     *
     * @param weight what is read
     * @param target where its elements go, as the runner's element type, row-major without padding
     */
    record Placement(Weight weight, DeviceBuffer target) {}

    /**
     * The weights of one layer.
     *
     * @param attentionNorm [hidden]
     * @param qkv packed projections
     * @param qkvBias [(heads + 2 * kvHeads) * headDim], or null
     * @param queryNorm [headDim], or null
     * @param keyNorm [headDim], or null
     * @param attentionOutput [hidden, heads * headDim]
     * @param mlpNorm [hidden]
     * @param gateUp packed projections
     * @param down [hidden, intermediate]
     */
    record Layer(
            DeviceBuffer attentionNorm,
            DeviceBuffer qkv,
            @Nullable DeviceBuffer qkvBias,
            @Nullable DeviceBuffer queryNorm,
            @Nullable DeviceBuffer keyNorm,
            DeviceBuffer attentionOutput,
            DeviceBuffer mlpNorm,
            DeviceBuffer gateUp,
            DeviceBuffer down) {}

    /**
     * Every weight of a model on the device.
     *
     * @param embedding [vocabulary, hidden]
     * @param layers in order
     * @param outputNorm [hidden]
     * @param head [vocabulary, hidden]; the embedding where the model ties them
     * @param placements what a loader has to fill
     */
    record Placed(
            DeviceBuffer embedding,
            List<Layer> layers,
            DeviceBuffer outputNorm,
            DeviceBuffer head,
            List<Placement> placements) {}

    private WeightLayout(ModelWeights weights, ElementType type, DeviceArena arena) {
        this.weights = weights;
        this.type = type;
        this.arena = arena;
    }

    /** Bytes that the weights take on the device, alignment included: an upper bound. */
    static long bytes(ModelWeights weights, ElementType type) {
        long bytes = 0;
        for (Weight weight : weights.all()) {
            bytes += weight.rows() * weight.columns() * type.bytes() + ALIGNMENT_BYTES;
        }
        return bytes;
    }

    /** Gives every weight its place in an arena of at least {@link #bytes}. */
    static Placed place(LoadedModel model, ElementType type, DeviceArena arena) {
        WeightLayout layout = new WeightLayout(model.weights(), type, arena);
        ModelSpec spec = model.spec();
        DeviceBuffer embedding = layout.put(WeightRole.TOKEN_EMBEDDING, WeightKey.NO_LAYER);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < spec.layers().size(); i++) {
            layers.add(layout.layer(i));
        }
        DeviceBuffer outputNorm = layout.put(WeightRole.OUTPUT_NORM, WeightKey.NO_LAYER);
        DeviceBuffer head = spec.tiedHead() ? embedding : layout.put(WeightRole.LM_HEAD, WeightKey.NO_LAYER);
        return new Placed(embedding, layers, outputNorm, head, List.copyOf(layout.placements));
    }

    private Layer layer(int index) {
        return new Layer(
                put(WeightRole.ATTENTION_NORM, index),
                put(index, WeightRole.QUERY, WeightRole.KEY, WeightRole.VALUE),
                has(WeightRole.QUERY_BIAS, index)
                        ? put(index, WeightRole.QUERY_BIAS, WeightRole.KEY_BIAS, WeightRole.VALUE_BIAS)
                        : null,
                has(WeightRole.QUERY_NORM, index) ? put(WeightRole.QUERY_NORM, index) : null,
                has(WeightRole.KEY_NORM, index) ? put(WeightRole.KEY_NORM, index) : null,
                put(WeightRole.ATTENTION_OUTPUT, index),
                put(WeightRole.MLP_NORM, index),
                put(index, WeightRole.GATE, WeightRole.UP),
                put(WeightRole.DOWN, index));
    }

    private boolean has(WeightRole role, int layerIndex) {
        return weights.tryWeight(WeightKey.of(role, layerIndex)).isPresent();
    }

    private DeviceBuffer put(WeightRole role, int layerIndex) {
        return put(layerIndex, role);
    }

    /** Places weights one after another, without a gap. */
    private DeviceBuffer put(int layerIndex, WeightRole... roles) {
        long bytes = 0;
        for (WeightRole role : roles) {
            bytes += bytes(weights.weight(WeightKey.of(role, layerIndex)));
        }
        DeviceBuffer packed = arena.take(bytes, roles[0] + " of layer " + layerIndex);
        long at = 0;
        for (WeightRole role : roles) {
            Weight weight = weights.weight(WeightKey.of(role, layerIndex));
            placements.add(new Placement(weight, packed.slice(at, bytes(weight))));
            at += bytes(weight);
        }
        return packed;
    }

    private long bytes(Weight weight) {
        return weight.rows() * weight.columns() * type.bytes();
    }
}
