package dev.javelin.backend;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a model in double precision, one position after another, with no cache layout, no batching and no kernel: what
 * every runner is compared with. Confined to one thread.
 */
public final class ReferenceModel {
    private final LoadedModel model;
    private final Map<WeightKey, double[][]> unpacked = new HashMap<>();

    /** A reference for a model. */
    public ReferenceModel(LoadedModel model) {
        this.model = model;
    }

    /** Logits after each token of a sequence, [tokens][vocabulary]. */
    public double[][] logits(int[] tokenIds) {
        int tokens = tokenIds.length;
        double[][] x = new double[tokens][];
        double[][] embedding = matrix(WeightKey.of(WeightRole.TOKEN_EMBEDDING));
        for (int t = 0; t < tokens; t++) {
            x[t] = embedding[tokenIds[t]].clone();
        }
        for (int i = 0; i < model.spec().layers().size(); i++) {
            layer(i, x);
        }
        double[][] head =
                matrix(WeightKey.of(model.spec().tiedHead() ? WeightRole.TOKEN_EMBEDDING : WeightRole.LM_HEAD));
        double[][] logits = new double[tokens][];
        for (int t = 0; t < tokens; t++) {
            logits[t] = times(
                    head,
                    norm(
                            x[t],
                            WeightKey.of(WeightRole.OUTPUT_NORM),
                            model.spec().outputNorm()));
        }
        return logits;
    }

    private void layer(int index, double[][] x) {
        LayerSpec layer = model.spec().layers().get(index);
        AttentionSpec spec = layer.attention();
        int tokens = x.length;
        double[][] queries = new double[tokens][];
        double[][] keys = new double[tokens][];
        double[][] values = new double[tokens][];
        for (int t = 0; t < tokens; t++) {
            double[] normed = norm(x[t], WeightKey.of(WeightRole.ATTENTION_NORM, index), layer.attentionNorm());
            queries[t] = project(index, WeightRole.QUERY, WeightRole.QUERY_BIAS, spec.projectionBias(), normed);
            keys[t] = project(index, WeightRole.KEY, WeightRole.KEY_BIAS, spec.projectionBias(), normed);
            values[t] = project(index, WeightRole.VALUE, WeightRole.VALUE_BIAS, spec.projectionBias(), normed);
            turn(queries[t], WeightKey.of(WeightRole.QUERY_NORM, index), spec, t);
            turn(keys[t], WeightKey.of(WeightRole.KEY_NORM, index), spec, t);
        }
        for (int t = 0; t < tokens; t++) {
            double[] attended = attend(spec, queries[t], keys, values, t);
            add(x[t], times(matrix(WeightKey.of(WeightRole.ATTENTION_OUTPUT, index)), attended));
            double[] normed = norm(x[t], WeightKey.of(WeightRole.MLP_NORM, index), layer.mlpNorm());
            double[] gate = times(matrix(WeightKey.of(WeightRole.GATE, index)), normed);
            double[] up = times(matrix(WeightKey.of(WeightRole.UP, index)), normed);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            add(x[t], times(matrix(WeightKey.of(WeightRole.DOWN, index)), gate));
        }
    }

    private double[] project(int layer, WeightRole role, WeightRole biasRole, boolean hasBias, double[] x) {
        double[] y = times(matrix(WeightKey.of(role, layer)), x);
        if (hasBias) {
            add(y, matrix(WeightKey.of(biasRole, layer))[0]);
        }
        return y;
    }

    private void turn(double[] heads, WeightKey normKey, AttentionSpec spec, int position) {
        NormSpec headNorm = spec.headNorm();
        RotarySpec rotary = spec.rotary();
        double[] frequencies = rotary.inverseFrequencies();
        for (int at = 0; at < heads.length; at += spec.headDim()) {
            if (headNorm != null) {
                double[] head = java.util.Arrays.copyOfRange(heads, at, at + spec.headDim());
                System.arraycopy(norm(head, normKey, headNorm), 0, heads, at, spec.headDim());
            }
            for (int i = 0; i < frequencies.length; i++) {
                boolean halves = rotary.layout() == RotaryLayout.HALVES;
                int a = at + (halves ? i : 2 * i);
                int b = halves ? a + frequencies.length : a + 1;
                double cosine = Math.cos(position * frequencies[i]);
                double sine = Math.sin(position * frequencies[i]);
                double turned = heads[a] * cosine - heads[b] * sine;
                heads[b] = heads[a] * sine + heads[b] * cosine;
                heads[a] = turned;
            }
        }
    }

    private static double[] attend(AttentionSpec spec, double[] query, double[][] keys, double[][] values, int own) {
        double[] result = new double[query.length];
        Integer window = spec.windowTokens();
        int from = window == null ? 0 : Math.max(0, own - window + 1);
        for (int head = 0; head < spec.headCount(); head++) {
            int q = head * spec.headDim();
            int k = head / (spec.headCount() / spec.kvHeadCount()) * spec.headDim();
            double[] weights = new double[own + 1];
            double most = Double.NEGATIVE_INFINITY;
            for (int t = from; t <= own; t++) {
                for (int i = 0; i < spec.headDim(); i++) {
                    weights[t] += query[q + i] * keys[t][k + i] * spec.scale();
                }
                most = Math.max(most, weights[t]);
            }
            double sum = 0;
            for (int t = from; t <= own; t++) {
                weights[t] = Math.exp(weights[t] - most);
                sum += weights[t];
            }
            for (int t = from; t <= own; t++) {
                for (int i = 0; i < spec.headDim(); i++) {
                    result[q + i] += weights[t] / sum * values[t][k + i];
                }
            }
        }
        return result;
    }

    private double[] norm(double[] x, WeightKey key, NormSpec spec) {
        double squares = 0;
        for (double v : x) {
            squares += v * v;
        }
        double scale = 1 / Math.sqrt(squares / x.length + spec.epsilon());
        double[] weight = matrix(key)[0];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * scale * weight[i];
        }
        return y;
    }

    private static double[] times(double[][] matrix, double[] x) {
        double[] y = new double[matrix.length];
        for (int r = 0; r < matrix.length; r++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += matrix[r][i] * x[i];
            }
            y[r] = sum;
        }
        return y;
    }

    private static void add(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }

    private double[][] matrix(WeightKey key) {
        return unpacked.computeIfAbsent(key, this::unpack);
    }

    private double[][] unpack(WeightKey key) {
        Weight weight = model.weights().weight(key);
        double[][] rows = new double[(int) weight.rows()][(int) weight.columns()];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < rows[r].length; c++) {
                rows[r][c] = PackedNumbers.element(weight.data(), weight.format(), weight.columns(), r, c);
            }
        }
        return rows;
    }
}
