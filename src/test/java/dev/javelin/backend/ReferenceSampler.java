package dev.javelin.backend;

import dev.javelin.generation.SamplingParams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Draws a token as {@link SamplingParams} says, in double precision, by sorting everything. Stateless.
 *
 * @param tokenId the token
 * @param slack how far, as probability, the nearest decision lay from going another way: a runner whose logits differ
 *     by rounding may differ where this is tiny
 */
public record ReferenceSampler(int tokenId, double slack) {
    /** Draws one token. */
    public static ReferenceSampler draw(
            double[] logits, SamplingParams params, int[] tokenIds, int promptTokens, double uniform) {
        double[] changed = changed(logits, params, tokenIds, promptTokens);
        List<Integer> order = new ArrayList<>();
        for (int id = 0; id < changed.length; id++) {
            order.add(id);
        }
        order.sort(Comparator.comparingDouble((Integer id) -> -changed[id]).thenComparingInt(id -> id));
        if (params.isGreedy()) {
            return new ReferenceSampler(order.getFirst(), changed[order.getFirst()] - changed[order.get(1)]);
        }
        double most = changed[order.getFirst()];
        double[] weights = new double[changed.length];
        for (int id = 0; id < weights.length; id++) {
            weights[id] = Math.exp((changed[id] - most) / params.temperature());
        }
        double slack = 1;
        List<Integer> kept = new ArrayList<>();
        for (int id : order) {
            slack = Math.min(slack, params.minP() == 0 ? 1 : Math.abs(weights[id] - params.minP()));
            if (weights[id] >= params.minP() && (params.topK() == 0 || kept.size() < params.topK())) {
                kept.add(id);
            }
        }
        if (params.topK() > 0 && params.topK() < order.size()) {
            slack = Math.min(
                    slack, Math.abs(weights[order.get(params.topK() - 1)] - weights[order.get(params.topK())]));
        }
        double mass = kept.stream().mapToDouble(id -> weights[id]).sum();
        double running = 0;
        int stay = 0;
        while (stay < kept.size() && running < params.topP() * mass) {
            running += weights[kept.get(stay++)];
            slack = Math.min(slack, params.topP() == 1 ? 1 : Math.abs(running / mass - params.topP()));
        }
        return walk(new ArrayList<>(kept.subList(0, stay)), weights, uniform, slack);
    }

    private static ReferenceSampler walk(List<Integer> kept, double[] weights, double uniform, double slackSoFar) {
        kept.sort(Comparator.naturalOrder());
        double mass = kept.stream().mapToDouble(id -> weights[id]).sum();
        double running = 0;
        double slack = slackSoFar;
        int chosen = -1;
        for (int id : kept) {
            running += weights[id];
            slack = Math.min(slack, Math.abs(running / mass - uniform));
            if (chosen < 0 && running > uniform * mass) {
                chosen = id;
            }
        }
        return new ReferenceSampler(chosen, slack);
    }

    private static double[] changed(double[] logits, SamplingParams params, int[] tokenIds, int promptTokens) {
        double[] changed = logits.clone();
        params.logitBias().forEach((id, bias) -> changed[id] += bias);
        for (int id = 0; id < changed.length; id++) {
            int seen = 0;
            int answered = 0;
            for (int i = 0; i < tokenIds.length; i++) {
                if (tokenIds[i] == id) {
                    seen++;
                    answered += i >= promptTokens ? 1 : 0;
                }
            }
            if (seen > 0) {
                changed[id] = changed[id] > 0
                        ? changed[id] / params.repetitionPenalty()
                        : changed[id] * params.repetitionPenalty();
            }
            changed[id] -= answered * params.frequencyPenalty() + (answered > 0 ? params.presencePenalty() : 0);
        }
        return changed;
    }
}
