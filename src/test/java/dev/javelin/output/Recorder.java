package dev.javelin.output;

import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.GenerationEvent.Completed;
import dev.javelin.generation.GenerationEvent.Delta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Writes down every signal; asks for nothing by itself. */
final class Recorder extends BaseSubscriber<GenerationEvent> {
    final List<GenerationEvent> events = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    int completions;
    private final long firstDemand;

    Recorder(long firstDemand) {
        this.firstDemand = firstDemand;
    }

    static Recorder unbounded() {
        return new Recorder(Long.MAX_VALUE);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (firstDemand > 0) {
            subscription.request(firstDemand);
        }
    }

    @Override
    protected void hookOnNext(GenerationEvent event) {
        events.add(event);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        failures.add(failure);
    }

    @Override
    protected void hookOnComplete() {
        completions++;
    }

    int terminalCount() {
        return completions + failures.size();
    }

    <T> List<T> all(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    String text(int choiceIndex) {
        StringBuilder text = new StringBuilder();
        all(Delta.class).stream().filter(d -> d.choiceIndex() == choiceIndex).forEach(d -> text.append(d.text()));
        return text.toString();
    }

    int[] tokens(int choiceIndex) {
        return all(Delta.class).stream()
                .filter(d -> d.choiceIndex() == choiceIndex)
                .flatMapToInt(d -> Arrays.stream(d.tokenIds()))
                .toArray();
    }

    @Nullable ChoiceFinished finished(int choiceIndex) {
        List<ChoiceFinished> ends = all(ChoiceFinished.class).stream()
                .filter(f -> f.choiceIndex() == choiceIndex)
                .toList();
        return ends.size() == 1 ? ends.getFirst() : null;
    }

    Completed completed() {
        return all(Completed.class).getFirst();
    }

    /** Whether the order is that of {@link GenerationEvent}. */
    boolean isOrdered() {
        int last = events.size() - 1;
        return IntStream.rangeClosed(0, last).allMatch(i -> switch (events.get(i)) {
            case GenerationEvent.Started s -> i == 0;
            case GenerationEvent.PromptScored p -> i == 1;
            case Delta d -> i > 0 && i < last && notEndedBefore(i, d.choiceIndex());
            case ChoiceFinished f -> i > 0 && i < last && notEndedBefore(i, f.choiceIndex());
            case Completed c -> i == last;
        });
    }

    private boolean notEndedBefore(int index, int choiceIndex) {
        return events.subList(0, index).stream()
                .noneMatch(e -> e instanceof ChoiceFinished f && f.choiceIndex() == choiceIndex);
    }
}
