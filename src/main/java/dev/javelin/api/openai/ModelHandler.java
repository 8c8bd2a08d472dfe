package dev.javelin.api.openai;

import dev.javelin.api.JsonResponse;
import dev.javelin.api.ServedModel;
import dev.javelin.api.openai.ModelWire.Model;
import dev.javelin.api.openai.ModelWire.Models;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code GET /v1/models} and {@code /v1/models/{id}}. Thread-safe. */
final class ModelHandler {
    private final OpenAiServices services;

    ModelHandler(OpenAiServices services) {
        this.services = services;
    }

    Mono<ServerResponse> list(ServerRequest request) {
        return JsonResponse.of(HttpStatus.OK, services.writer().json(new Models("list", List.of(model()))));
    }

    /** The rest of the path is the name: names of models have slashes. */
    Mono<ServerResponse> one(ServerRequest request) {
        String rest = request.pathVariable("id");
        services.model().checkName(rest.startsWith("/") ? rest.substring(1) : rest);
        return JsonResponse.of(HttpStatus.OK, services.writer().json(model()));
    }

    private Model model() {
        ServedModel model = services.model();
        return new Model(
                model.name(), "model", model.createdSeconds(), "javelin", model.name(), null, model.contextTokens());
    }
}
