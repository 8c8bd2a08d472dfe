package dev.javelin.tokenizer.template;

import dev.javelin.error.JavelinException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** One recorded render by the real Jinja2: template, data, and the text or the error it gave. */
record TemplateCase(
        String name,
        String template,
        Map<String, @Nullable Object> data,
        @Nullable String expected,
        @Nullable String error) {
    /** The clock that every recording read. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T14:05:09.123456Z"), ZoneOffset.UTC);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Reads cases, one a line; a line with data alone gives those of the cases that have none. */
    static List<TemplateCase> read(InputStream lines) throws IOException {
        List<TemplateCase> cases = new ArrayList<>();
        Object shared = Map.of();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Map<String, Object> fields = JSON.readValue(line, new TypeReference<>() {});
                if (fields.containsKey("template")) {
                    cases.add(parse(fields, shared));
                } else {
                    shared = fields.getOrDefault("data", shared);
                }
            }
        }
        return cases;
    }

    private static TemplateCase parse(Map<String, Object> fields, Object shared) {
        Map<String, @Nullable Object> data =
                JSON.convertValue(fields.getOrDefault("data", shared), new TypeReference<>() {});
        return new TemplateCase(
                String.valueOf(fields.get("name")),
                String.valueOf(fields.get("template")),
                data,
                (String) fields.get("expected"),
                (String) fields.get("error"));
    }

    /** Nothing if our render agrees with the recording, else what differs. */
    @Nullable String difference() {
        String text;
        try {
            text = ChatTemplate.compile(template, TemplateLimits.DEFAULT, CLOCK).render(data);
        } catch (JavelinException e) {
            return expected == null
                    ? null
                    : name + ": " + template + "\n  expected " + expected + "\n  but failed with " + e.getMessage();
        }
        if (expected == null) {
            return name + ": " + template + "\n  should fail with " + error + "\n  but gave " + text;
        }
        return text.equals(expected)
                ? null
                : name + ": " + template + "\n  expected " + expected + "\n  but was  " + text;
    }
}
