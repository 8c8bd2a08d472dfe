package dev.javelin.api.openai;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import org.jspecify.annotations.Nullable;

/**
 * The end of an answer on the wire. Immutable.
 *
 * @param reason {@code stop} or {@code length}
 * @param stopReason the stop string or the stop token's id, or null
 */
record Finish(String reason, @Nullable Object stopReason) {
    /**
     * The wire form of an end.
     *
     * @param event how the choice ended
     * @param endTokenIsStop whether the ending token is one that the request named; the model's own is no stop reason
     * @throws JavelinException for an answer that failed: it must not look complete
     */
    static Finish of(ChoiceFinished event, boolean endTokenIsStop) {
        Object stopReason =
                event.stopString() != null ? event.stopString() : endTokenIsStop ? event.stopTokenId() : null;
        return switch (event.reason()) {
            case STOP -> new Finish("stop", stopReason);
            case LENGTH -> new Finish("length", null);
            case CANCELLED -> throw new JavelinException(ErrorCode.CANCELLED, "an answer was cancelled");
            case ERROR -> throw new JavelinException(ErrorCode.NUMERICS_FAILED, "an answer failed");
        };
    }

    /** The same for a call that says which tokens stop it. */
    static Finish of(ChoiceFinished event, Call call) {
        Integer endTokenId = event.stopTokenId();
        return of(event, endTokenId != null && call.stop().stopTokenIds().contains(endTokenId));
    }
}
