package dev.javelin.model.architecture;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.checkpoint.Dequantizer;
import java.util.HashMap;
import java.util.Map;

/**
 * The slow twin of every runner: a {@link ModelSpec} computed in double precision over dequantised weights, one token
 * at a time, all in plain loops. Confined to one thread; for tiny models.
 */
public final class ReferenceDecoder {
    private final ModelSpec spec;
    private final ModelWeights weights;
    private final Map<WeightKey, double[][]> decoded = new HashMap<>();

    /** A decoder of the spec, which need not be the one that came with the weights. */
    public ReferenceDecoder(ModelSpec spec, ModelWeights weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /** The logits after each token, {@code [tokens][vocabulary]}. */
    public double[][] logits(int... tokens) {
        int layerCount = spec.layers().size();
        double[][][] keys = new double[layerCount][tokens.length][];
        double[][][] values = new double[layerCount][tokens.length][];
        double[][] logits = new double[tokens.length][];
        double[][] embedding = matrix(WeightRole.TOKEN_EMBEDDING, WeightKey.NO_LAYER);
        double[][] head = spec.tiedHead() ? embedding : matrix(WeightRole.LM_HEAD, WeightKey.NO_LAYER);
        for (int position = 0; position < tokens.length; position++) {
            double[] x = embedding[tokens[position]].clone();
            for (int i = 0; i < layerCount; i++) {
                LayerSpec layer = spec.layers().get(i);
                double[] h = normed(x, layer.attentionNorm(), vector(WeightRole.ATTENTION_NORM, i));
                keys[i][position] = heads(h, i, position, layer.attention(), WeightRole.KEY);
                values[i][position] = projected(h, i, WeightRole.VALUE, WeightRole.VALUE_BIAS);
                double[] query = heads(h, i, position, layer.attention(), WeightRole.QUERY);
                double[] attended = attended(query, keys[i], values[i], position, layer.attention());
                add(x, product(matrix(WeightRole.ATTENTION_OUTPUT, i), attended));
                h = normed(x, layer.mlpNorm(), vector(WeightRole.MLP_NORM, i));
                double[] gate = product(matrix(WeightRole.GATE, i), h);
                double[] up = product(matrix(WeightRole.UP, i), h);
                for (int j = 0; j < gate.length; j++) {
                    gate[j] = gate[j] / (1 + Math.exp(-gate[j])) * up[j];
                }
                add(x, product(matrix(WeightRole.DOWN, i), gate));
            }
            double[] last = normed(x, spec.outputNorm(), vector(WeightRole.OUTPUT_NORM, WeightKey.NO_LAYER));
            logits[position] = product(head, last);
        }
        return logits;
    }

    /** Query or key heads of one token: projected, normalised where the spec says so, rotated. */
    private double[] heads(double[] h, int layer, int position, AttentionSpec attention, WeightRole role) {
        boolean query = role == WeightRole.QUERY;
        double[] heads = projected(h, layer, role, query ? WeightRole.QUERY_BIAS : WeightRole.KEY_BIAS);
        NormSpec headNorm = attention.headNorm();
        for (int start = 0; start < heads.length; start += attention.headDim()) {
            double[] head = new double[attention.headDim()];
            System.arraycopy(heads, start, head, 0, head.length);
            if (headNorm != null) {
                head = normed(head, headNorm, vector(query ? WeightRole.QUERY_NORM : WeightRole.KEY_NORM, layer));
            }
            rotate(head, position, attention.rotary());
            System.arraycopy(head, 0, heads, start, head.length);
        }
        return heads;
    }

    private static void rotate(double[] head, int position, RotarySpec rotary) {
        double[] frequencies = rotary.inverseFrequencies();
        boolean interleaved = rotary.layout() == RotaryLayout.INTERLEAVED;
        for (int i = 0; i < frequencies.length; i++) {
            int a = interleaved ? 2 * i : i;
            int b = interleaved ? 2 * i + 1 : i + frequencies.length;
            double cos = Math.cos(position * frequencies[i]);
            double sin = Math.sin(position * frequencies[i]);
            double first = head[a];
            head[a] = first * cos - head[b] * sin;
            head[b] = first * sin + head[b] * cos;
        }
    }

    private static double[] attended(
            double[] query, double[][] keys, double[][] values, int position, AttentionSpec attention) {
        int dim = attention.headDim();
        Integer window = attention.windowTokens();
        int first = window == null ? 0 : Math.max(0, position - window + 1);
        double[] out = new double[query.length];
        for (int head = 0; head < attention.headCount(); head++) {
            int kvStart = head / (attention.headCount() / attention.kvHeadCount()) * dim;
            double sum = 0;
            double[] exps = new double[position + 1];
            double max = Double.NEGATIVE_INFINITY;
            for (int t = first; t <= position; t++) {
                for (int d = 0; d < dim; d++) {
                    exps[t] += query[head * dim + d] * keys[t][kvStart + d];
                }
                exps[t] *= attention.scale();
                max = Math.max(max, exps[t]);
            }
            for (int t = first; t <= position; t++) {
                exps[t] = Math.exp(exps[t] - max);
                sum += exps[t];
            }
            for (int t = first; t <= position; t++) {
                for (int d = 0; d < dim; d++) {
                    out[head * dim + d] += exps[t] / sum * values[t][kvStart + d];
                }
            }
        }
        return out;
    }

    private double[] projected(double[] h, int layer, WeightRole role, WeightRole biasRole) {
        double[] out = product(matrix(role, layer), h);
        if (spec.layers().get(layer).attention().projectionBias()) {
            add(out, vector(biasRole, layer));
        }
        return out;
    }

    private static double[] normed(double[] x, NormSpec norm, double[] gain) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double scale = 1 / Math.sqrt(squares / x.length + norm.epsilon());
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i] * scale * gain[i];
        }
        return out;
    }

    private static double[] product(double[][] matrix, double[] x) {
        double[] out = new double[matrix.length];
        for (int row = 0; row < matrix.length; row++) {
            for (int i = 0; i < x.length; i++) {
                out[row] += matrix[row][i] * x[i];
            }
        }
        return out;
    }

    private static void add(double[] x, double[] more) {
        for (int i = 0; i < x.length; i++) {
            x[i] += more[i];
        }
    }

    private double[] vector(WeightRole role, int layer) {
        return matrix(role, layer)[0];
    }

    private double[][] matrix(WeightRole role, int layer) {
        return decoded.computeIfAbsent(WeightKey.of(role, layer), key -> {
            Weight weight = weights.weight(key);
            double[][] rows = new double[Math.toIntExact(weight.rows())][Math.toIntExact(weight.columns())];
            for (int row = 0; row < rows.length; row++) {
                float[] values = Dequantizer.row(weight, row);
                for (int i = 0; i < values.length; i++) {
                    rows[row][i] = values[i];
                }
            }
            return rows;
        });
    }
}
