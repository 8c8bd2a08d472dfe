package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.architecture.WeightShapes.Shape;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufTensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a mapped GGUF file: slices of the mapping, nothing is copied. Thread-safe for reading; owns the file.
 */
final class GgufWeights implements ModelWeights {
    private static final int NAMES_SHOWN = 8;

    private final GgufFile file;
    private final Map<WeightKey, Weight> weights;

    private GgufWeights(GgufFile file, Map<WeightKey, Weight> weights) {
        this.file = file;
        this.weights = Collections.unmodifiableMap(weights);
    }

    /**
     * Gives every weight of the spec its tensor.
     *
     * @throws JavelinException {@code MODEL_CORRUPT} naming tensors that are missing or of another shape,
     *     {@code MODEL_UNSUPPORTED} naming tensors that the spec has no use for, or that have an unknown format
     */
    static GgufWeights bind(GgufFile file, ModelSpec spec) {
        Map<WeightKey, Shape> shapes = WeightShapes.of(spec);
        refuseMissing(file, shapes.keySet(), spec);
        refuseUnused(file, shapes.keySet(), spec);
        List<Bound> bound = new ArrayList<>();
        shapes.forEach((key, shape) -> {
            GgufTensor tensor = file.tryTensor(GgufTensorNames.nameOf(key)).orElseThrow();
            if (tensor.columnCount() != shape.columns() || tensor.rowCount() != shape.rows()) {
                throw wrongShape(tensor, key.role() + "'s " + shape);
            }
            bound.add(new Bound(
                    tensor.offsetBytes(),
                    new Weight(key, shape.rows(), shape.columns(), tensor.requireFormat(), tensor.data())));
        });
        bound.sort(Comparator.comparingLong(Bound::offsetBytes));
        Map<WeightKey, Weight> weights = new LinkedHashMap<>();
        bound.forEach(entry -> weights.put(entry.weight().key(), entry.weight()));
        return new GgufWeights(file, weights);
    }

    private record Bound(long offsetBytes, Weight weight) {}

    static JavelinException wrongShape(GgufTensor tensor, String expected) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                tensor.source() + ": tensor " + tensor.name() + " has shape " + tensor.shape()
                        + ", the metadata asks for " + expected);
    }

    private static void refuseMissing(GgufFile file, Set<WeightKey> keys, ModelSpec spec) {
        List<String> missing = keys.stream()
                .map(GgufTensorNames::nameOf)
                .filter(name -> file.tryTensor(name).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    file.metadata().source() + ": " + missing.size() + " tensors of a " + spec.architecture()
                            + " model are missing: " + shown(missing));
        }
    }

    private static void refuseUnused(GgufFile file, Set<WeightKey> keys, ModelSpec spec) {
        Set<String> used = new HashSet<>();
        keys.forEach(key -> used.add(GgufTensorNames.nameOf(key)));
        List<String> unused = file.tensors().stream()
                .map(GgufTensor::name)
                .filter(name -> !used.contains(name) && !GgufTensorNames.isRedundant(name))
                .toList();
        if (!unused.isEmpty()) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNSUPPORTED,
                    file.metadata().source() + ": this build's " + spec.architecture() + " has no use for "
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
        file.close();
    }
}
