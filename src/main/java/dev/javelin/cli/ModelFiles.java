package dev.javelin.cli;

import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.DownloadProgress;
import dev.javelin.model.hub.HubSettings;
import dev.javelin.model.hub.ModelResolver;
import dev.javelin.model.hub.ModelSource;
import dev.javelin.model.hub.QuantPreference;
import dev.javelin.model.hub.ResolvedModel;
import java.util.List;

/** Finds the model that an argument names, fetching it if need be. Stateless. */
final class ModelFiles {
    private ModelFiles() {}

    /**
     * The model's files on this machine.
     *
     * @param source as {@code javelin.model} takes it
     * @throws JavelinException INVALID_SETTING for a malformed source, else what the source itself said
     */
    static ResolvedModel find(CommandContext context, String source) {
        HubSettings settings = HubSettings.ofEnvironment(
                context.host().variables(), context.host().home());
        DownloadProgress progress =
                DownloadProgress.of(context.err(), context.host().interactive());
        ModelSource parsed = ModelSource.parse(source);
        try {
            return new ModelResolver(settings, QuantPreference.DEFAULT, progress).resolve(List.of(parsed));
        } catch (JavelinException e) {
            // The resolver's own message lists many sources and settings; here there was one source, by name.
            throw e.getCause() instanceof JavelinException only ? only : e;
        }
    }
}
