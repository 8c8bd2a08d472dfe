package dev.javelin.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.javelin.bench.LengthDraw;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoadPlanTest {
    private static LoadOptions options(@Nullable Double rate, @Nullable Integer vocabulary, long seed) {
        return new LoadOptions(
                URI.create("http://127.0.0.1:1/v1"),
                null,
                2000,
                rate,
                new LengthDraw(20, 0.5),
                new LengthDraw(8, 0.5),
                vocabulary,
                0.7,
                seed,
                Map.of(),
                Duration.ofSeconds(10));
    }

    private static String text(LoadPlan plan) {
        StringBuilder text = new StringBuilder();
        for (LoadPlan.Planned request : plan.requests()) {
            text.append(request.arrivalNanos())
                    .append(new String(request.body(), StandardCharsets.UTF_8))
                    .append(request.answerTokens());
        }
        return text.toString();
    }

    @Test
    void sameSeedSamePlan() {
        assertThat(text(LoadPlan.draw(options(3.0, null, 5), "m")))
                .isEqualTo(text(LoadPlan.draw(options(3.0, null, 5), "m")))
                .isNotEqualTo(text(LoadPlan.draw(options(3.0, null, 6), "m")));
    }

    @Test
    void poissonArrivalsHaveTheirRateAndTheirSpread() {
        LoadPlan plan = LoadPlan.draw(options(4.0, null, 1), "m");
        double seconds = plan.requests().getLast().arrivalNanos() * 1e-9;
        assertThat(plan.requests().getFirst().arrivalNanos()).isZero();
        assertThat(1999 / seconds).isCloseTo(4, within(0.25));
        long early = 0; // gaps below the mean: 1 - 1/e of all
        for (int i = 1; i < 2000; i++) {
            long gap = plan.requests().get(i).arrivalNanos()
                    - plan.requests().get(i - 1).arrivalNanos();
            early += gap < 250_000_000 ? 1 : 0;
        }
        assertThat(early / 1999.0).isCloseTo(0.632, within(0.03));
        assertThat(LoadPlan.draw(options(null, null, 1), "m").requests())
                .allSatisfy(request -> assertThat(request.arrivalNanos()).isZero());
    }

    @Test
    void bodiesAskForStreamsOfFixedLength() {
        LoadPlan plan = LoadPlan.draw(options(null, null, 1), "some-model");
        for (LoadPlan.Planned request : plan.requests()) {
            JsonNode body = JsonMapper.shared().readTree(request.body());
            assertThat(body.get("model").asString()).isEqualTo("some-model");
            assertThat(body.get("prompt").asString().split(" ", -1).length).isBetween(10, 30);
            assertThat(body.get("max_tokens").asInt())
                    .isEqualTo(request.answerTokens())
                    .isBetween(4, 12);
            assertThat(body.get("ignore_eos").asBoolean()).isTrue();
            assertThat(body.get("stream_options").get("include_usage").asBoolean())
                    .isTrue();
        }
        JsonNode ids = JsonMapper.shared()
                .readTree(LoadPlan.draw(options(null, 50, 1), "m")
                        .requests()
                        .getFirst()
                        .body());
        assertThat(ids.get("prompt").values())
                .allSatisfy(id -> assertThat(id.asInt()).isBetween(0, 49));
    }
}
