package dev.javelin.api;

import dev.javelin.engine.Engine;
import dev.javelin.engine.EngineState;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /health}, {@code /health/ready}: whether requests are taken; {@code /health/live}: whether the process is
 * worth keeping. Thread-safe.
 */
public final class HealthRoutes {
    private final Engine engine;
    private final WireWriter writer;

    /** Health of one engine. */
    public HealthRoutes(Engine engine, WireWriter writer) {
        this.engine = engine;
        this.writer = writer;
    }

    /**
     * The answer's body.
     *
     * @param status {@code ok} or {@code unavailable}
     * @param engine the engine's state in lower case
     */
    record Health(String status, String engine) {}

    /** The routes. */
    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/health", request -> answer(isReady()))
                .GET("/health/ready", request -> answer(isReady()))
                .GET("/health/live", request -> answer(isAlive()))
                .build();
    }

    private boolean isReady() {
        return engine.snapshot().state() == EngineState.READY;
    }

    private boolean isAlive() {
        return engine.snapshot().state() != EngineState.FAILED;
    }

    private Mono<ServerResponse> answer(boolean good) {
        String state = engine.snapshot().state().name().toLowerCase(Locale.ROOT);
        HttpStatus status = good ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
        return JsonResponse.of(status, writer.json(new Health(good ? "ok" : "unavailable", state)));
    }
}
