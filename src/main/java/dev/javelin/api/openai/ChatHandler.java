package dev.javelin.api.openai;

import dev.javelin.api.JsonResponse;
import dev.javelin.api.openai.Call.Streaming;
import dev.javelin.api.openai.ChatRequests.Chat;
import dev.javelin.generation.GenerationEvent;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /v1/chat/completions}. Thread-safe. */
final class ChatHandler {
    private final OpenAiServices services;
    private final RequestIntake intake;
    private final ChatRequests requests;
    private final Logprobs logprobs;
    private final Frames frames;

    ChatHandler(OpenAiServices services, RequestIntake intake, ChatRequests requests) {
        this.services = services;
        this.intake = intake;
        this.requests = requests;
        this.logprobs = new Logprobs(services.text().tokenizer());
        this.frames = new Frames(services.writer(), services.streams());
    }

    Mono<ServerResponse> handle(ServerRequest request) {
        return intake.read(request, Fields.CHAT, requests::read).flatMap(chat -> answer(request, chat));
    }

    private Mono<ServerResponse> answer(ServerRequest request, Chat chat) {
        AnswerHead head = intake.head(request, "chatcmpl-", chat.call());
        Flux<GenerationEvent> events =
                services.generation().generate(intake.generation(head, chat.prompt(), chat.call()));
        Streaming streaming = chat.call().streaming();
        if (streaming == null) {
            return events.reduceWith(() -> new ChatAnswer(head, chat.call(), logprobs), ChatAnswer::add)
                    .map(answer -> services.writer().json(answer.toWire()))
                    .flatMap(json -> JsonResponse.of(HttpStatus.OK, json));
        }
        ChatStream stream = new ChatStream(head, chat.call(), streaming, logprobs);
        return frames.respond(request, events.map(stream::chunks));
    }
}
