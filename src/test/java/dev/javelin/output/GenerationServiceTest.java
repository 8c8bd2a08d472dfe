package dev.javelin.output;

import static dev.javelin.output.ByteText.withEos;
import static dev.javelin.output.ServiceFixture.request;
import static dev.javelin.output.ServiceFixture.script;
import static dev.javelin.output.ServiceFixture.stop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.engine.EngineRequest;
import dev.javelin.engine.EngineState;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.GenerationEvent.Delta;
import dev.javelin.generation.GenerationEvent.PromptScored;
import dev.javelin.generation.GenerationEvent.Started;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.Prompt;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.StopCriteria;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.generation.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationServiceTest {
    @Test
    void streamsTextAndCountsTheEndingToken() {
        ServiceFixture fixture = ServiceFixture.saying("héllo");
        Recorder recorder = run(fixture, request("r", StopCriteria.NONE));

        assertThat(recorder.text(0)).isEqualTo("héllo");
        assertThat(recorder.tokens(0)).isEqualTo(withEos("héllo"));
        assertThat(recorder.all(Started.class).getFirst().promptTokenIds()).containsExactly(ByteText.BOS, 'h', 'i');
        assertThat(recorder.finished(0)).isEqualTo(new ChoiceFinished(0, FinishReason.STOP, null, ByteText.EOS));
        assertThat(recorder.completed().usage()).isEqualTo(new Usage(3, 7, 0));
        assertThat(recorder.isOrdered()).isTrue();
        assertThat(recorder.terminalCount()).isEqualTo(1);
        assertThat(fixture.distributor.activeRequestCount()).isZero();
    }

    @Test
    void timesEveryStageInOrder() {
        Recorder recorder = run(ServiceFixture.saying("abc"), request("r", StopCriteria.NONE));
        var timing = recorder.completed().timing();
        assertThat(List.of(
                        timing.arrivedNanos(),
                        timing.queuedNanos(),
                        timing.scheduledNanos(),
                        timing.firstTokenNanos(),
                        timing.finishedNanos()))
                .isSorted();
    }

    @Test
    void holdsBackAPossibleStopStringAndCutsAFoundOne() {
        ServiceFixture fixture = ServiceFixture.saying("a ST b STOP c");
        Recorder recorder = run(fixture, request("r", stop("STOP")));

        assertThat(recorder.text(0)).isEqualTo("a ST b ");
        assertThat(recorder.all(Delta.class).stream().map(Delta::text)).contains("ST b".substring(0, 3));
        assertThat(recorder.finished(0)).isEqualTo(new ChoiceFinished(0, FinishReason.STOP, "STOP", null));
    }

    @Test
    void whatRunsPastAStopStringReachesNeitherTextNorUsageNorLogprobs() {
        ServiceFixture fixture = new ServiceFixture(8, new ScriptedEngine.Script() {
            @Override
            public int[] tokens(EngineRequest request, int choiceIndex) {
                return withEos("abXcdefgh");
            }

            @Override
            public int tokensPerStep() {
                return 4;
            }
        });
        Recorder recorder = run(
                fixture,
                new GenerationRequest(
                        "r",
                        new Prompt.Text("hi", true),
                        SamplingParams.GREEDY,
                        stop("X"),
                        new LogprobOptions(1, null),
                        1,
                        0,
                        ""));

        assertThat(recorder.text(0)).isEqualTo("ab");
        assertThat(recorder.tokens(0)).containsExactly('a', 'b', 'X');
        assertThat(recorder.all(Delta.class).stream()
                        .flatMap(d -> d.logprobs().stream())
                        .map(TokenLogprobs::tokenId))
                .containsExactly((int) 'a', (int) 'b', (int) 'X');
        assertThat(recorder.completed().usage().completionTokens()).isEqualTo(3);
    }

    @Test
    void keepsTheStopStringWhenAsked() {
        StopCriteria stop = new StopCriteria(null, 0, List.of("cd"), List.of(), false, true);
        Recorder recorder = run(ServiceFixture.saying("abcdef"), request("r", stop));
        assertThat(recorder.text(0)).isEqualTo("abcd");
    }

    @Test
    void noStopStringIsMatchedBeforeTheLeastTokens() {
        StopCriteria stop = new StopCriteria(null, 4, List.of("ab"), List.of(), false, false);
        Recorder recorder = run(ServiceFixture.saying("ababab"), request("r", stop));
        assertThat(recorder.text(0)).isEqualTo("abab");
        assertThat(recorder.completed().usage().completionTokens()).isEqualTo(6);
    }

    @Test
    void aHalfCharacterAtTheLimitBecomesAReplacement() {
        StopCriteria stop = new StopCriteria(2, 0, List.of("zz"), List.of(), false, false);
        Recorder recorder = run(ServiceFixture.saying("zé"), request("r", stop));
        assertThat(recorder.text(0)).isEqualTo("z\uFFFD");
        assertThat(recorder.finished(0)).isEqualTo(new ChoiceFinished(0, FinishReason.LENGTH, null, null));
    }

    @Test
    void choicesAreIndependent() {
        ServiceFixture fixture = new ServiceFixture(
                8,
                script((request, choice) ->
                        withEos(List.of("one.", "twoX", "three").get(choice))));
        Recorder recorder = run(fixture, request("r", new Prompt.Text("hi", false), stop("X"), 3));
        assertThat(List.of(recorder.text(0), recorder.text(1), recorder.text(2)))
                .containsExactly("one.", "two", "three");
        assertThat(recorder.completed().usage()).isEqualTo(new Usage(2, 5 + 4 + 6, 0));
    }

    @Test
    void aSubscriberThatIsBehindGetsMergedDeltasAndLosesNothing() {
        ServiceFixture fixture = ServiceFixture.saying("hello world");
        Recorder recorder = new Recorder(1);
        fixture.service.generate(request("r", StopCriteria.NONE)).subscribe(recorder);
        fixture.runAll();
        assertThat(recorder.events).hasSize(1);
        recorder.request(1);
        assertThat(recorder.all(Delta.class)).singleElement().satisfies(delta -> {
            assertThat(delta.text()).isEqualTo("hello world");
            assertThat(delta.tokenIds()).isEqualTo(withEos("hello world"));
        });
        assertThat(recorder.terminalCount()).isZero();
        recorder.request(1);
        recorder.request(1);
        assertThat(recorder.terminalCount()).isEqualTo(1);
    }

    @Test
    void promptScoresComeBeforeTheFirstDelta() {
        ServiceFixture fixture = ServiceFixture.saying("ok");
        Recorder recorder = run(
                fixture,
                new GenerationRequest(
                        "r",
                        new Prompt.Text("hi", true),
                        SamplingParams.GREEDY,
                        StopCriteria.NONE,
                        new LogprobOptions(null, 0),
                        1,
                        0,
                        ""));
        assertThat(recorder.all(PromptScored.class).getFirst().logprobs().stream()
                        .map(TokenLogprobs::tokenId))
                .containsExactly((int) 'h', (int) 'i');
        assertThat(recorder.isOrdered()).isTrue();
    }

    @Test
    void aFullQueueRefusesAtOnceAndSchedulingFreesAPlace() {
        ServiceFixture fixture = new ServiceFixture(2, script((request, choice) -> withEos("long answer")));
        List<Recorder> recorders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            recorders.add(subscribe(fixture, request("r" + i, StopCriteria.NONE)));
        }
        assertThat(code(recorders.get(2))).isEqualTo(ErrorCode.QUEUE_FULL);
        fixture.tokenize.runAll();
        assertThat(fixture.service.waitingRequestCount()).isEqualTo(2);
        fixture.engine.step();
        assertThat(fixture.service.waitingRequestCount()).isZero();
        Recorder next = subscribe(fixture, request("r3", StopCriteria.NONE));
        fixture.runAll();
        assertThat(List.of(recorders.get(0), recorders.get(1), next))
                .allSatisfy(r -> assertThat(r.completions).isEqualTo(1));
        assertThat(fixture.service.waitingRequestCount()).isZero();
    }

    @Test
    void aRejectedEncodingIsAFullQueue() {
        ServiceFixture fixture = ServiceFixture.saying("x");
        fixture.tokenize.rejects = true;
        assertThat(code(subscribe(fixture, request("r", StopCriteria.NONE)))).isEqualTo(ErrorCode.QUEUE_FULL);
        assertThat(fixture.service.waitingRequestCount()).isZero();
    }

    @Test
    void cancelBeforeEncodingNeverReachesTheEngine() {
        ServiceFixture fixture = ServiceFixture.saying("x");
        Recorder recorder = subscribe(fixture, request("r", StopCriteria.NONE));
        recorder.cancel();
        fixture.runAll();
        assertThat(fixture.engine.snapshot().finishedRequests()).isZero();
        assertThat(fixture.service.waitingRequestCount()).isZero();
    }

    @Test
    void cancelInTheQueueAndWhileRunningEndsTheRequestInTheEngine() {
        ServiceFixture fixture = ServiceFixture.saying("a long answer");
        Recorder queued = subscribe(fixture, request("queued", StopCriteria.NONE));
        fixture.tokenize.runAll();
        queued.cancel();
        fixture.engine.step();
        assertThat(fixture.engine.runningRequestCount()).isZero();

        Recorder running = subscribe(fixture, request("running", StopCriteria.NONE));
        fixture.tokenize.runAll();
        fixture.engine.step();
        assertThat(fixture.engine.runningRequestCount()).isEqualTo(1);
        running.cancel();
        fixture.engine.step();
        assertThat(fixture.engine.runningRequestCount()).isZero();
        fixture.runAll();
        assertThat(queued.terminalCount() + running.terminalCount()).isZero();
        assertThat(fixture.service.waitingRequestCount()).isZero();
        assertThat(fixture.distributor.activeRequestCount()).isZero();
    }

    @Test
    void aFailedRequestNeverTouchesOthers() {
        // An id that is none makes the decoder of one request throw in the middle of its answer.
        ServiceFixture fixture = new ServiceFixture(8, script((request, choice) -> {
            int[] tokens = withEos("fine");
            tokens[2] = request.requestId().equals("bad") ? -1 : tokens[2];
            return tokens;
        }));
        Recorder bad = subscribe(fixture, request("bad", StopCriteria.NONE));
        Recorder good = subscribe(fixture, request("good", StopCriteria.NONE));
        fixture.runAll();
        assertThat(code(bad)).isEqualTo(ErrorCode.INTERNAL);
        assertThat(bad.text(0)).isEqualTo("fi");
        assertThat(bad.terminalCount()).isEqualTo(1);
        assertThat(good.text(0)).isEqualTo("fine");
        assertThat(good.completions).isEqualTo(1);
    }

    @Test
    void aTokenThatOnlyTheModelKnowsHasNoText() {
        ServiceFixture fixture = new ServiceFixture(8, script((request, choice) -> new int[] {'a', 9999, 'b'}));
        Recorder recorder = run(fixture, request("r", StopCriteria.NONE));
        assertThat(recorder.text(0)).isEqualTo("ab");
        assertThat(recorder.completed().usage().completionTokens()).isEqualTo(3);
    }

    @Test
    void anEngineFailureComesAfterWhatWasSaid() {
        ServiceFixture fixture = new ServiceFixture(8, new ScriptedEngine.Script() {
            @Override
            public int[] tokens(EngineRequest request, int choiceIndex) {
                return withEos("abcdef");
            }

            @Override
            public int failsAfterTokens(EngineRequest request) {
                return 3;
            }
        });
        Recorder recorder = run(fixture, request("r", StopCriteria.NONE));
        assertThat(recorder.text(0)).isEqualTo("abc");
        assertThat(code(recorder)).isEqualTo(ErrorCode.NUMERICS_FAILED);
        assertThat(recorder.terminalCount()).isEqualTo(1);
    }

    @Test
    void lengthsAreCheckedWithBothNumbers() {
        ServiceFixture fixture = ServiceFixture.saying("x");
        Recorder tooLong = run(fixture, request("a", new Prompt.Text("x".repeat(70), false), StopCriteria.NONE, 1));
        assertThat(message(tooLong)).contains("prompt has 70 tokens, the model's limit is 64");
        StopCriteria sixty = new StopCriteria(60, 0, List.of(), List.of(), false, false);
        Recorder tooMany = run(fixture, request("b", new Prompt.Text("x".repeat(10), false), sixty, 1));
        assertThat(message(tooMany)).contains("together 70", "limit is 64");
        assertThat(code(tooMany)).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        Recorder empty = run(fixture, request("c", new Prompt.Tokens(new int[0]), StopCriteria.NONE, 1));
        assertThat(message(empty)).isEqualTo("prompt has no tokens");
    }

    @Test
    void idsOutsideTheVocabularyNeverReachTheEngine() {
        ServiceFixture fixture = ServiceFixture.saying("x");
        Recorder prompt = run(fixture, request("a", new Prompt.Tokens(new int[] {1, 264}), StopCriteria.NONE, 1));
        assertThat(message(prompt)).contains("264", "0 to 263");
        StopCriteria badStop = new StopCriteria(null, 0, List.of(), List.of(-1), false, false);
        assertThat(message(run(fixture, request("b", badStop)))).contains("stop_token_ids", "-1");
        SamplingParams badBias = new SamplingParams(0, 0, 1, 0, 1, 0, 0, Map.of(999, 1f), null);
        GenerationRequest bias = new GenerationRequest(
                "c", new Prompt.Text("x", true), badBias, StopCriteria.NONE, LogprobOptions.NONE, 1, 0, "");
        assertThat(message(run(fixture, bias))).contains("logit_bias", "999");
        assertThat(fixture.engine.snapshot().finishedRequests()).isZero();
        assertThat(fixture.service.waitingRequestCount()).isZero();
    }

    @Test
    void resolvesDefaultsForTheEngine() {
        List<EngineRequest> seen = new ArrayList<>();
        ServiceFixture fixture = new ServiceFixture(8, script((request, choice) -> {
            seen.add(request);
            return withEos("x");
        }));
        run(fixture, request("a", StopCriteria.NONE));
        run(fixture, request("b", new StopCriteria(5, 0, List.of(), List.of(300 - 50, 3), true, false)));
        assertThat(seen.get(0).maxTokens()).isEqualTo(ServiceFixture.CONTEXT_TOKENS - 3);
        assertThat(seen.get(0).endTokenIds()).containsExactly(ByteText.EOS);
        assertThat(seen.get(0).seed()).isEqualTo(1000);
        assertThat(seen.get(1).maxTokens()).isEqualTo(5);
        assertThat(seen.get(1).endTokenIds()).containsExactly(3, 250);
        assertThat(seen.get(1).seed()).isEqualTo(1001);
    }

    @Test
    void aRunningIdIsNotTakenTwice() {
        ServiceFixture fixture = ServiceFixture.saying("x");
        Recorder first = subscribe(fixture, request("same", StopCriteria.NONE));
        Recorder second = subscribe(fixture, request("same", StopCriteria.NONE));
        fixture.runAll();
        assertThat(first.completions).isEqualTo(1);
        assertThat(code(second)).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(run(fixture, request("same", StopCriteria.NONE)).completions).isEqualTo(1);
    }

    @Test
    void anEngineThatIsNotReadyTakesNothing() {
        ServiceFixture fixture = ServiceFixture.saying("x");
        fixture.engine.setState(EngineState.DRAINING);
        assertThat(code(subscribe(fixture, request("r", StopCriteria.NONE)))).isEqualTo(ErrorCode.NOT_READY);
        fixture.engine.setState(EngineState.READY);
        Recorder recorder = subscribe(fixture, request("r", StopCriteria.NONE));
        fixture.engine.setState(EngineState.DRAINING);
        fixture.runAll();
        assertThat(code(recorder)).isEqualTo(ErrorCode.NOT_READY);
        assertThat(fixture.service.waitingRequestCount()).isZero();
    }

    private static Recorder subscribe(ServiceFixture fixture, GenerationRequest request) {
        Recorder recorder = Recorder.unbounded();
        fixture.service.generate(request).subscribe(recorder);
        return recorder;
    }

    private static Recorder run(ServiceFixture fixture, GenerationRequest request) {
        Recorder recorder = subscribe(fixture, request);
        fixture.runAll();
        return recorder;
    }

    private static ErrorCode code(Recorder recorder) {
        return ((JavelinException) recorder.failures.getFirst()).code();
    }

    private static String message(Recorder recorder) {
        return String.valueOf(recorder.failures.getFirst().getMessage());
    }
}
