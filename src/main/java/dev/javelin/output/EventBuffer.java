package dev.javelin.output;

import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.GenerationEvent.Completed;
import dev.javelin.generation.GenerationEvent.Delta;
import dev.javelin.generation.GenerationEvent.PromptScored;
import dev.javelin.generation.GenerationEvent.Started;
import dev.javelin.generation.TokenLogprobs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has not read yet, merged: at most one delta and one end a choice. Thread-safe: its lane adds, any
 * thread polls; every method holds the monitor for a few copies at most.
 *
 * <p>Nothing but a failure comes out before {@link #start}, because the engine may answer before the thread that
 * submitted has said that it started.
 */
final class EventBuffer {
    private final Unread[] choices;
    private final ArrayDeque<Unread> order = new ArrayDeque<>();
    private @Nullable Started started;
    private boolean startShown;
    private @Nullable PromptScored promptScored;
    private @Nullable Completed completed;
    private @Nullable Throwable failure;
    private boolean ended;

    EventBuffer(int choiceCount) {
        choices = new Unread[choiceCount];
        for (int i = 0; i < choiceCount; i++) {
            choices[i] = new Unread(i);
        }
    }

    synchronized void start(Started event) {
        started = event;
    }

    synchronized void addPromptScores(List<TokenLogprobs> scores) {
        promptScored = new PromptScored(scores);
    }

    synchronized void addDelta(int choiceIndex, String text, int[] tokenIds, List<TokenLogprobs> logprobs) {
        if (!ended && (!text.isEmpty() || tokenIds.length > 0)) {
            Unread choice = choices[choiceIndex];
            choice.text.append(text);
            choice.addTokens(tokenIds);
            choice.logprobs.addAll(logprobs);
            choice.hasDelta = true;
            enqueue(choice);
        }
    }

    synchronized void finishChoice(ChoiceFinished event) {
        if (!ended) {
            choices[event.choiceIndex()].finished = event;
            enqueue(choices[event.choiceIndex()]);
        }
    }

    private void enqueue(Unread choice) {
        if (!choice.queued) {
            choice.queued = true;
            order.add(choice);
        }
    }

    /** The last event; later calls have no effect. */
    synchronized void complete(Completed event) {
        if (!ended) {
            ended = true;
            completed = event;
        }
    }

    /** Ends the series with an error after what is unread; later calls have no effect. */
    synchronized void fail(Throwable cause) {
        if (!ended) {
            ended = true;
            failure = cause;
        }
    }

    /** The next event, or null if there is none now. */
    synchronized @Nullable GenerationEvent poll() {
        if (!startShown) {
            startShown = started != null;
            return started;
        }
        if (promptScored != null) {
            PromptScored event = promptScored;
            promptScored = null;
            return event;
        }
        Unread choice = order.peek();
        if (choice != null) {
            return pollChoice(choice);
        }
        Completed last = completed;
        completed = null;
        return last;
    }

    private GenerationEvent pollChoice(Unread choice) {
        ChoiceFinished finished = choice.finished;
        if (choice.hasDelta) {
            Delta delta = choice.takeDelta();
            if (finished == null) {
                dequeue(choice);
            }
            return delta;
        }
        dequeue(choice);
        choice.finished = null;
        return Objects.requireNonNull(finished, "a queued choice has news");
    }

    private void dequeue(Unread choice) {
        order.remove();
        choice.queued = false;
    }

    /** Whether every event has been polled, so that only the terminal signal is left. */
    synchronized boolean isExhausted() {
        boolean nothingUnread = order.isEmpty() && promptScored == null && completed == null;
        return ended && (started == null ? failure != null : startShown && nothingUnread);
    }

    /** What failed the series, or null. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    private static final class Unread {
        private final int choiceIndex;
        private final StringBuilder text = new StringBuilder();
        private final List<TokenLogprobs> logprobs = new ArrayList<>();
        private int[] tokenIds = new int[8];
        private int tokenCount;
        private boolean hasDelta;
        private boolean queued;
        private @Nullable ChoiceFinished finished;

        private Unread(int choiceIndex) {
            this.choiceIndex = choiceIndex;
        }

        private void addTokens(int[] more) {
            if (tokenCount + more.length > tokenIds.length) {
                tokenIds = Arrays.copyOf(tokenIds, Math.max(tokenCount + more.length, 2 * tokenIds.length));
            }
            System.arraycopy(more, 0, tokenIds, tokenCount, more.length);
            tokenCount += more.length;
        }

        private Delta takeDelta() {
            Delta delta =
                    new Delta(choiceIndex, text.toString(), Arrays.copyOf(tokenIds, tokenCount), List.copyOf(logprobs));
            text.setLength(0);
            tokenCount = 0;
            logprobs.clear();
            hasDelta = false;
            return delta;
        }
    }
}
