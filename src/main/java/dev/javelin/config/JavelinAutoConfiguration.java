package dev.javelin.config;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/**
 * Wires one engine over one model behind the HTTP API. Each bean gives way to one of the application's own.
 *
 * <pre>
 * OpenedModel -> ModelRunner (execution bean) -> Engine -> GenerationService (scheduler service) -> controllers
 * </pre>
 */
@AutoConfiguration
@EnableConfigurationProperties(JavelinProperties.class)
@Import({ModelConfiguration.class, EngineConfiguration.class, ServingConfiguration.class, ApiConfiguration.class})
public class JavelinAutoConfiguration {
    /** For Spring. */
    public JavelinAutoConfiguration() {}
}
