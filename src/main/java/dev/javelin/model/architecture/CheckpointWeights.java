package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.architecture.WeightShapes.Shape;
import dev.javelin.model.checkpoint.Checkpoint;
import dev.javelin.model.checkpoint.CheckpointTensor;
import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a mapped checkpoint: slices of the mapping; only what no runner reads is converted, into memory of its
 * own. Thread-safe for reading; owns the checkpoint.
 */
final class CheckpointWeights implements ModelWeights {
    private static final int NAMES_SHOWN = 8;

    private final Checkpoint checkpoint;
    private final Arena converted;
    private final Map<WeightKey, Weight> weights;

    private CheckpointWeights(Checkpoint checkpoint, Arena converted, Map<WeightKey, Weight> weights) {
        this.checkpoint = checkpoint;
        this.converted = converted;
        this.weights = Collections.unmodifiableMap(weights);
    }

    /**
     * Gives every weight of the spec its tensor.
     *
     * @param names how the checkpoint calls weights
     * @throws JavelinException {@code MODEL_CORRUPT} naming tensors that are missing or of another shape,
     *     {@code MODEL_UNSUPPORTED} naming tensors that the spec has no use for, or that have an unknown format
     */
    static CheckpointWeights bind(Checkpoint checkpoint, ModelSpec spec, TensorNames names) {
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        WeightShapes.of(spec).forEach((key, shape) -> wanted.put(names.nameOf(key), new Wanted(key, shape)));
        refuseMissing(checkpoint, wanted.keySet(), spec);
        refuseUnused(checkpoint, wanted.keySet(), spec, names);
        Arena converted = Arena.ofShared();
        boolean bound = false;
        try {
            Map<WeightKey, Weight> weights = new LinkedHashMap<>();
            for (CheckpointTensor tensor : checkpoint.tensors()) {
                Wanted found = wanted.get(tensor.name());
                if (found != null) {
                    weights.put(found.key(), found.weight(tensor, converted));
                }
            }
            bound = true;
            return new CheckpointWeights(checkpoint, converted, weights);
        } finally {
            if (!bound) {
                converted.close();
            }
        }
    }

    /** A weight that a spec has. */
    private record Wanted(WeightKey key, Shape shape) {
        Weight weight(CheckpointTensor tensor, Arena converted) {
            if (tensor.columnCount() != shape.columns() || tensor.rowCount() != shape.rows()) {
                throw wrongShape(tensor, key.role() + "'s " + shape);
            }
            return new Weight(key, shape.rows(), shape.columns(), tensor.requireFormat(), tensor.weightData(converted));
        }
    }

    static JavelinException wrongShape(CheckpointTensor tensor, String expected) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                tensor.source() + ": tensor " + tensor.name() + " has shape " + tensor.shape()
                        + ", the model's configuration asks for " + expected);
    }

    private static void refuseMissing(Checkpoint checkpoint, Set<String> wanted, ModelSpec spec) {
        List<String> missing = wanted.stream()
                .filter(name -> checkpoint.tryTensor(name).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    checkpoint.source() + ": " + missing.size() + " tensors of a " + spec.architecture()
                            + " model are missing: " + shown(missing));
        }
    }

    private static void refuseUnused(Checkpoint checkpoint, Set<String> wanted, ModelSpec spec, TensorNames names) {
        List<String> unused = checkpoint.tensors().stream()
                .map(CheckpointTensor::name)
                .filter(name -> !wanted.contains(name) && !names.isRedundant(name))
                .toList();
        if (!unused.isEmpty()) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNSUPPORTED,
                    checkpoint.source() + ": this build's " + spec.architecture() + " has no use for "
                            + unused.size() + " tensors, and would compute something else without them: "
                            + shown(unused));
        }
    }

    private static String shown(List<String> names) {
        String some = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
        return names.size() > NAMES_SHOWN ? some + ", ..." : some;
    }

    @Override
    public Optional<Weight> tryWeight(WeightKey key) {
        return Optional.ofNullable(weights.get(key));
    }

    @Override
    public Collection<Weight> all() {
        return weights.values();
    }

    @Override
    public void close() {
        if (converted.scope().isAlive()) {
            converted.close();
        }
        checkpoint.close();
    }
}
