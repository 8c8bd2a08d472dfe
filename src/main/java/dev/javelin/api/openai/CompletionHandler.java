package dev.javelin.api.openai;

import dev.javelin.api.JsonResponse;
import dev.javelin.api.openai.Call.Streaming;
import dev.javelin.api.openai.CompletionRequests.Completion;
import dev.javelin.generation.Prompt;
import dev.javelin.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /v1/completions}. Thread-safe. */
final class CompletionHandler {
    private final OpenAiServices services;
    private final RequestIntake intake;
    private final Logprobs logprobs;
    private final Frames frames;

    CompletionHandler(OpenAiServices services, RequestIntake intake) {
        this.services = services;
        this.intake = intake;
        this.logprobs = new Logprobs(services.text().tokenizer());
        this.frames = new Frames(services.writer(), services.streams());
    }

    Mono<ServerResponse> handle(ServerRequest request) {
        return intake.read(request, Fields.COMPLETIONS, CompletionRequests::read)
                .flatMap(completion -> answer(request, completion));
    }

    private Mono<ServerResponse> answer(ServerRequest request, Completion completion) {
        AnswerHead head = intake.head(request, "cmpl-", completion.call());
        Flux<PromptEvent> events = events(head, completion);
        Tokenizer tokenizer = services.text().tokenizer();
        Streaming streaming = completion.call().streaming();
        if (streaming == null) {
            return events.reduceWith(
                            () -> new CompletionEvents(head, completion, tokenizer, logprobs), CompletionEvents::add)
                    .map(answer -> services.writer().json(answer.toWire()))
                    .flatMap(json -> JsonResponse.of(HttpStatus.OK, json));
        }
        CompletionEvents stream = new CompletionEvents(head, completion, tokenizer, logprobs);
        return frames.respond(request, events.map(event -> stream.chunks(event, streaming)));
    }

    /** All prompts at once; the first failure cancels the others. */
    private Flux<PromptEvent> events(AnswerHead head, Completion completion) {
        List<Flux<PromptEvent>> all = new ArrayList<>();
        for (Prompt prompt : completion.prompts()) {
            int promptIndex = all.size();
            all.add(services.generation()
                    .generate(intake.generation(head, prompt, completion.call()))
                    .map(event -> new PromptEvent(promptIndex, event)));
        }
        return all.size() == 1 ? all.getFirst() : Flux.fromIterable(all).flatMap(events -> events, all.size(), 1);
    }
}
