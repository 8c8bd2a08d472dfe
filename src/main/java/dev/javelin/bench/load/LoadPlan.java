package dev.javelin.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is sent, and when: the same for the same options. Immutable.
 *
 * @param requests in order of arrival
 */
record LoadPlan(List<Planned> requests) {
    private static final String WORDS = "/dev/javelin/bench/words.txt";

    /**
     * One request.
     *
     * @param arrivalNanos when it is sent, from the start
     * @param body its JSON; never changed
     * @param answerTokens how many tokens are asked for
     */
    record Planned(long arrivalNanos, byte[] body, int answerTokens) {}

    /** Copies the list. */
    LoadPlan {
        requests = List.copyOf(requests);
    }

    /**
     * Draws the requests.
     *
     * @param model the model's name
     */
    static LoadPlan draw(LoadOptions options, String model) {
        List<String> words = words();
        SplittableRandom random = new SplittableRandom(options.seed());
        SplittableRandom arrivals = random.split();
        List<Planned> requests = new ArrayList<>(options.requestCount());
        double arrivalSeconds = 0;
        for (int i = 0; i < options.requestCount(); i++) {
            int promptLength = options.prompt().next(random);
            int answerTokens = options.answer().next(random);
            ObjectNode body = JsonMapper.shared().createObjectNode().put("model", model);
            Integer vocabulary = options.vocabularyTokens();
            if (vocabulary == null) {
                body.put("prompt", text(words, promptLength, random));
            } else {
                ArrayNode ids = body.putArray("prompt");
                for (int t = 0; t < promptLength; t++) {
                    ids.add(random.nextInt(vocabulary));
                }
            }
            body.put("max_tokens", answerTokens)
                    .put("temperature", options.temperature())
                    .put("ignore_eos", true)
                    .put("stream", true)
                    .putObject("stream_options")
                    .put("include_usage", true);
            requests.add(new Planned(
                    Math.round(arrivalSeconds * 1e9), JsonMapper.shared().writeValueAsBytes(body), answerTokens));
            Double rate = options.ratePerSecond();
            arrivalSeconds += rate == null ? 0 : -Math.log(1 - arrivals.nextDouble()) / rate;
        }
        return new LoadPlan(requests);
    }

    private static String text(List<String> words, int count, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(words.get(random.nextInt(words.size())));
        }
        return text.toString();
    }

    private static List<String> words() {
        try (InputStream in = LoadPlan.class.getResourceAsStream(WORDS)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + WORDS);
            }
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\\s+", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
