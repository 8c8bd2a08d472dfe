package dev.javelin.api.openai;

import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** The endpoints of this dialect as one router function. Thread-safe. */
public final class OpenAiRoutes {
    private final ChatHandler chat;
    private final CompletionHandler completions;
    private final ModelHandler models;
    private final TokenizeHandler tokenize;

    /** Endpoints over the given services. */
    public OpenAiRoutes(OpenAiServices services) {
        RequestIntake intake = new RequestIntake(services);
        ChatRequests chats = new ChatRequests();
        this.chat = new ChatHandler(services, intake, chats);
        this.completions = new CompletionHandler(services, intake);
        this.models = new ModelHandler(services);
        this.tokenize = new TokenizeHandler(services, intake, chats);
    }

    /** The routes. */
    public RouterFunction<ServerResponse> routes() {
        return route(HttpMethod.POST, "/v1/chat/completions", chat::handle)
                .and(route(HttpMethod.POST, "/v1/completions", completions::handle))
                .and(route(HttpMethod.GET, "/v1/models", models::list))
                .and(route(HttpMethod.GET, "/v1/models/{*id}", models::one))
                .and(route(HttpMethod.POST, "/tokenize", tokenize::tokenize))
                .and(route(HttpMethod.POST, "/detokenize", tokenize::detokenize));
    }

    /** One path; other methods on it are answered with 405, not 404. */
    private static RouterFunction<ServerResponse> route(
            HttpMethod method, String path, HandlerFunction<ServerResponse> handler) {
        return RouterFunctions.route()
                .route(RequestPredicates.method(method).and(RequestPredicates.path(path)), handler)
                .route(
                        RequestPredicates.path(path),
                        request -> Mono.error(new MethodNotAllowedException(request.method(), List.of(method))))
                .build();
    }
}
