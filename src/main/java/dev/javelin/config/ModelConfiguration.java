package dev.javelin.config;

import dev.javelin.cli.HostEnvironment;
import dev.javelin.model.hub.DownloadProgress;
import dev.javelin.model.hub.HubSettings;
import dev.javelin.model.hub.ModelResolver;
import dev.javelin.model.hub.ModelSource;
import dev.javelin.model.hub.QuantPreference;
import dev.javelin.model.hub.ResolvedModel;
import java.nio.file.Path;
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
        HostEnvironment host = HostEnvironments.ofProcess();
        HubSettings hub = HubSettings.ofEnvironment(host.variables(), host.home());
        DownloadProgress progress = DownloadProgress.of(System.err, host.interactive());
        ModelResolver resolver = new ModelResolver(hub, QuantPreference.DEFAULT, progress);
        List<ModelSource> sources = properties.model().isEmpty()
                ? ModelSource.DEFAULTS
                : properties.model().stream().map(ModelSource::parse).toList();
        ResolvedModel origin = resolver.resolve(sources);
        OpenedModel model = OpenedModel.open(origin);
        LOG.info(
                "model: {} ({}, {} layers, {} parameters) from {}",
                model.model().spec().name(),
                model.model().spec().architecture(),
                model.model().spec().layers().size(),
                String.format(Locale.ROOT, "%,d", model.summary().checkpoint().parameterCount()),
                origin.mainFile().path());
        return model;
    }

    @Bean
    @ConditionalOnMissingBean
    ResolvedSettings resolvedSettings(JavelinProperties properties, OpenedModel model) {
        long freeBytes = new FreeMemory(Path.of("/")).bytes(Runtime.getRuntime().maxMemory());
        ResolvedSettings settings = new SettingsResolver(
                        properties,
                        model.model().spec(),
                        String.valueOf(model.origin().mainFile().path().getFileName()),
                        freeBytes,
                        Runtime.getRuntime().availableProcessors())
                .resolve();
        settings.reasons().forEach(LOG::info);
        return settings;
    }
}
