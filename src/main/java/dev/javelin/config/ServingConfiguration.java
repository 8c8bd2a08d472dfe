package dev.javelin.config;

import dev.javelin.backend.ModelRunner;
import dev.javelin.engine.Engine;
import dev.javelin.output.GenerationService;
import dev.javelin.output.SeedSequence;
import dev.javelin.output.TemplatePromptEncoder;
import dev.javelin.output.TextModel;
import dev.javelin.output.TokenDistributor;
import dev.javelin.output.WorkerPool;
import dev.javelin.tokenizer.template.ChatTemplate;
import dev.javelin.tokenizer.template.TemplateLimits;
import java.security.SecureRandom;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what stands between the engine and HTTP: encoding, decoding and the scheduler service. */
@Configuration(proxyBeanMethods = false)
class ServingConfiguration {
    private static final int OUTPUT_LANE_TASKS = Integer.MAX_VALUE;

    @Bean
    @ConditionalOnMissingBean
    TextModel textModel(OpenedModel model, ResolvedSettings settings, ModelRunner runner) {
        ChatTemplate template = model.chatTemplate()
                .map(source -> ChatTemplate.compile(source, TemplateLimits.DEFAULT))
                .orElse(null);
        return new TextModel(
                model.tokenizer(),
                new TemplatePromptEncoder(model.tokenizer(), template),
                model.model().spec().vocabularyTokens(),
                EngineAssembly.contextTokens(settings, runner.description()),
                model.tokenizer().endOfGenerationIds());
    }

    /** Decodes and emits: the engine's news go here. */
    @Bean
    WorkerPool outputLane() {
        return new WorkerPool("output", 1, OUTPUT_LANE_TASKS);
    }

    /** Renders and encodes prompts. */
    @Bean
    WorkerPool tokenizePool(JavelinProperties properties) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new WorkerPool("tokenize", threads, properties.maxQueuedRequests() + threads);
    }

    @Bean
    @ConditionalOnMissingBean
    TokenDistributor tokenDistributor(WorkerPool outputLane) {
        return new TokenDistributor(List.of(outputLane));
    }

    /** The scheduler service: reactive in front, the engine thread behind. */
    @Bean
    @ConditionalOnMissingBean
    GenerationService generationService(
            Engine engine,
            TokenDistributor distributor,
            TextModel model,
            WorkerPool tokenizePool,
            JavelinProperties properties) {
        return new GenerationService(
                engine,
                distributor,
                model,
                new GenerationService.Threads(tokenizePool, properties.maxQueuedRequests()),
                new GenerationService.Sources(System::nanoTime, new SeedSequence(new SecureRandom().nextLong())));
    }
}
