package dev.javelin.api.openai;

import dev.javelin.api.FieldPolicy;
import dev.javelin.api.IgnoredFields;
import dev.javelin.api.JsonFields;
import dev.javelin.api.RequestIdFilter;
import dev.javelin.api.ServedModel;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.generation.Prompt;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** The first and the common steps of every endpoint. Thread-safe. */
final class RequestIntake {
    private final OpenAiServices services;
    private final AtomicLong ordinals = new AtomicLong();

    RequestIntake(OpenAiServices services) {
        this.services = services;
    }

    /**
     * A body's fields, checked against a policy and the served model's name.
     *
     * @param reader reads them; fields that it ignores are named in the response's header when it is done
     */
    <T> Mono<T> read(ServerRequest request, FieldPolicy policy, FieldReader<T> reader) {
        return services.bodies().read(request).map(fields -> {
            policy.check(fields);
            services.model().checkName(fields.tryString("model"));
            T read = reader.read(fields);
            nameIgnored(request, fields);
            return read;
        });
    }

    /** Reads typed values out of fields. */
    interface FieldReader<T> {
        T read(JsonFields fields);
    }

    private void nameIgnored(ServerRequest request, JsonFields fields) {
        if (!fields.ignoredPaths().isEmpty()) {
            String names = services.ignored().header(fields.ignoredPaths());
            request.exchange().getResponse().getHeaders().set(IgnoredFields.HEADER, names);
        }
    }

    /** The head of an answer whose id has a dialect's prefix. */
    AnswerHead head(ServerRequest request, String prefix, Call call) {
        String own = call.clientRequestId();
        ServedModel model = services.model();
        return new AnswerHead(
                prefix + (own == null ? RequestIdFilter.requestId(request.exchange()) : own),
                services.clock().instant().getEpochSecond(),
                model.name(),
                model.fingerprint());
    }

    /** One request to the service; its id is unique even where a client sends an id twice. */
    GenerationRequest generation(AnswerHead head, Prompt prompt, Call call) {
        return new GenerationRequest(
                head.id() + "-" + ordinals.incrementAndGet(),
                prompt,
                call.sampling(),
                call.stop(),
                call.logprobs(),
                call.choiceCount(),
                call.priority(),
                call.cacheSalt());
    }
}
