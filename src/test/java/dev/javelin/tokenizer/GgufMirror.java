package dev.javelin.tokenizer;

import dev.javelin.tokenizer.bpe.SentencePieceSpelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes a tokenizer.json the way converters write GGUF metadata. */
final class GgufMirror {
    private GgufMirror() {}

    /**
     * The metadata.
     *
     * @param directory holds tokenizer.json
     * @param rule the cutting rule's name; empty for a SentencePiece vocabulary
     */
    static Map<String, Object> of(Path directory, String rule) {
        JsonNode json =
                JsonMapper.shared().readTree(directory.resolve("tokenizer.json").toFile());
        Map<String, Integer> vocabulary = new HashMap<>();
        json.get("model")
                .get("vocab")
                .properties()
                .forEach(e -> vocabulary.put(e.getKey(), e.getValue().intValue()));
        json.get("added_tokens")
                .forEach(token -> vocabulary.put(
                        token.get("content").stringValue(), token.get("id").intValue()));
        int size = vocabulary.values().stream().mapToInt(id -> id + 1).max().orElseThrow();
        String[] tokens = new String[size];
        int[] types = new int[size];
        Arrays.fill(tokens, "");
        Arrays.fill(types, 1);
        vocabulary.forEach((text, id) -> tokens[id] = text);
        for (int id = 0; id < size; id++) {
            if (SentencePieceSpelling.byteOf(tokens[id]) >= 0) {
                types[id] = 6;
            }
        }
        json.get("added_tokens")
                .forEach(token ->
                        types[token.get("id").intValue()] = token.get("special").booleanValue() ? 3 : 4);
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("tokenizer.ggml.tokens", List.of(tokens));
        metadata.put("tokenizer.ggml.token_type", types);
        if (rule.isEmpty()) {
            addScores(metadata, tokens, json.get("model").get("merges"));
        } else {
            addMerges(metadata, rule, json.get("model").get("merges"));
        }
        return metadata;
    }

    private static void addMerges(Map<String, Object> metadata, String rule, JsonNode merges) {
        List<String> lines = new ArrayList<>();
        for (JsonNode merge : merges) {
            lines.add(
                    merge.isArray()
                            ? merge.get(0).asString() + " " + merge.get(1).asString()
                            : merge.asString());
        }
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.pre", rule);
        metadata.put("tokenizer.ggml.merges", lines);
        if (rule.equals("llama-bpe")) {
            metadata.put("tokenizer.ggml.bos_token_id", 128_000);
        }
    }

    /** A token's score falls with the rank of the first merge that makes it, as merges were made from scores. */
    private static void addScores(Map<String, Object> metadata, String[] tokens, JsonNode merges) {
        Map<String, Integer> ranks = new HashMap<>();
        for (int rank = 0; rank < merges.size(); rank++) {
            ranks.putIfAbsent(merges.get(rank).asString().replace(" ", ""), rank);
        }
        float[] scores = new float[tokens.length];
        for (int id = 0; id < tokens.length; id++) {
            scores[id] = -ranks.getOrDefault(tokens[id], merges.size());
        }
        metadata.put("tokenizer.ggml.model", "llama");
        metadata.put("tokenizer.ggml.scores", scores);
        metadata.put("tokenizer.ggml.bos_token_id", 1);
        metadata.put("tokenizer.ggml.unknown_token_id", 0);
    }
}
