package dev.javelin.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Finds and opens the model, and resolves the settings that depend on it. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(ModelConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    OpenedModel openedModel(JavelinProperties properties) {
        List<String> names = new ArrayList<>(System.getenv().keySet());
        names.addAll(System.getProperties().stringPropertyNames());
        UnknownSettings.refuse(names);
        OpenedModel model = EngineAssembly.openModel(properties.model(), HostEnvironments.ofProcess());
        LOG.info(
                "model: {} ({}, {} layers, {} parameters) from {}",
                model.model().spec().name(),
                model.model().spec().architecture(),
                model.model().spec().layers().size(),
                String.format(Locale.ROOT, "%,d", model.summary().checkpoint().parameterCount()),
                model.origin().location());
        return model;
    }

    @Bean
    @ConditionalOnMissingBean
    ResolvedSettings resolvedSettings(JavelinProperties properties, OpenedModel model) {
        ResolvedSettings settings = EngineAssembly.resolve(properties, model);
        settings.reasons().forEach(LOG::info);
        return settings;
    }
}
