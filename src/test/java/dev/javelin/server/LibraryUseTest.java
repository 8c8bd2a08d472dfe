package dev.javelin.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.Prompt;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.StopCriteria;
import dev.javelin.model.hub.RealModel;
import dev.javelin.output.GenerationService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Another application, without a web server, that only has our jar on its class path. */
class LibraryUseTest {
    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class SomebodysApplication {}

    @Test
    void applicationGetsTheSchedulerServiceByAutoConfiguration() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SomebodysApplication.class)
                .web(WebApplicationType.NONE)
                .properties(Map.of("javelin.model", RealModel.path().toString(), "javelin.kv-cache-size", "64MB"))
                .run()) {
            GenerationRequest request = new GenerationRequest(
                    "library-1",
                    new Prompt.Chat(
                            List.of(Map.of("role", "user", "content", "What is the capital of France?")),
                            List.of(),
                            true,
                            Map.of()),
                    SamplingParams.GREEDY,
                    new StopCriteria(20, 0, List.of(), List.of(), false, false),
                    LogprobOptions.NONE,
                    1,
                    0,
                    "");
            List<GenerationEvent> events = context.getBean(GenerationService.class)
                    .generate(request)
                    .collectList()
                    .block(Duration.ofMinutes(1));
            assertThat(events).isNotNull();
            String text = events.stream()
                    .filter(GenerationEvent.Delta.class::isInstance)
                    .map(event -> ((GenerationEvent.Delta) event).text())
                    .collect(Collectors.joining());
            assertThat(text).contains("Paris");
            assertThat(events.getLast()).isInstanceOf(GenerationEvent.Completed.class);
        }
    }

    @Test
    void jarBringsNoSettingsOfItsOwn() {
        ClassLoader classes = getClass().getClassLoader();
        assertThat(classes.getResource("logback.xml")).isNull();
        assertThat(classes.getResource("application.yml")).isNull();
        assertThat(classes.getResource("application.properties")).isNull();
    }
}
