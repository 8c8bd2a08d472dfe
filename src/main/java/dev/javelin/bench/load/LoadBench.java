package dev.javelin.bench.load;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts a server under load. Confined to the main thread; used once. */
public final class LoadBench {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBench.class);

    private final LoadOptions options;

    /** A load of these options. */
    public LoadBench(LoadOptions options) {
        this.options = options;
    }

    /**
     * Reads the API's address.
     *
     * @param url {@code http://host[:port][/v1]}
     * @throws JavelinException INVALID_SETTING for anything else
     */
    public static URI base(String url) {
        try {
            URI uri = URI.create(url.replaceFirst("/+$", ""));
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri.getRawPath().isEmpty() ? URI.create(uri + "/v1") : uri;
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("no URL", e);
        }
        throw JavelinException.ofField(
                ErrorCode.INVALID_SETTING,
                "--url",
                "--url is '" + url + "', it must be http://host:port or http://host:port/v1 (without TLS)");
    }

    /**
     * Measures the client's own cost, then the server.
     *
     * @throws JavelinException NOT_READY if the server cannot be reached or answered no request, with what it said
     */
    public LoadReport run() {
        try {
            String model = options.model() == null ? firstModel() : options.model();
            LoadPlan plan = LoadPlan.draw(options, model);
            OwnCost cost = OwnCost.measure(options);
            LOG.info("sending {} requests to {}", plan.requests().size(), options.base());
            try (LoadClient client = new LoadClient(options.base(), options.headers(), options.timeout())) {
                double cpuBefore = client.cpuSeconds();
                List<StreamResult> results = client.run(plan);
                LoadFigures figures = new LoadFigures(results, client.cpuSeconds() - cpuBefore);
                if (figures.answeredRequests() == 0) {
                    throw new JavelinException(ErrorCode.NOT_READY, "no request was answered: " + figures.failures());
                }
                long asked = plan.requests().stream()
                        .mapToLong(LoadPlan.Planned::answerTokens)
                        .sum();
                return new LoadReport(options, model, asked, cost, figures, Instant.now());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JavelinException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }

    private String firstModel() throws InterruptedException {
        URI models = URI.create(options.base() + "/models");
        HttpRequest.Builder request = HttpRequest.newBuilder(models).timeout(options.timeout());
        options.headers().forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = client.send(request.build(), BodyHandlers.ofString()).body();
            JsonNode id =
                    JsonMapper.shared().readTree(body).path("data").path(0).get("id");
            if (id == null) {
                throw new JavelinException(ErrorCode.NOT_READY, models + " lists no model: " + body);
            }
            return id.asString();
        } catch (IOException | JacksonException e) {
            throw new JavelinException(ErrorCode.NOT_READY, models + " cannot be read: " + e, e);
        }
    }
}
