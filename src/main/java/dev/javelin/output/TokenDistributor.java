package dev.javelin.output;

import dev.javelin.engine.EngineTicket;
import dev.javelin.engine.TokenBatch;
import dev.javelin.engine.TokenBatch.ChoiceUpdate;
import dev.javelin.engine.TokenBatch.RequestEnd;
import dev.javelin.engine.TokenSink;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands each request's news to its lane. Thread-safe: the engine thread calls {@link #onBatch}, which only appends to
 * the lanes' queues; submitting threads register requests.
 */
public final class TokenDistributor implements TokenSink {
    private final List<Executor> lanes;
    private final ConcurrentHashMap<String, ActiveRequest> requests = new ConcurrentHashMap<>();
    private final AtomicInteger nextLane = new AtomicInteger();

    /**
     * A distributor over lanes.
     *
     * @param lanes each runs its tasks one after another, in order, and never rejects one while the engine lives: a
     *     {@link WorkerPool} with one thread
     */
    public TokenDistributor(List<? extends Executor> lanes) {
        this.lanes = List.copyOf(lanes);
    }

    Executor nextLane() {
        return lanes.get(Math.floorMod(nextLane.getAndIncrement(), lanes.size()));
    }

    /** Requests that the engine has and has not ended. */
    public int activeRequestCount() {
        return requests.size();
    }

    void register(ActiveRequest request) {
        String id = request.request().requestId();
        if (requests.putIfAbsent(id, request) != null) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST, "request_id", "request_id " + id + " belongs to a running request");
        }
    }

    void unregister(ActiveRequest request) {
        requests.remove(request.request().requestId(), request);
    }

    @Override
    public void onBatch(TokenBatch batch) {
        for (EngineTicket ticket : batch.scheduled()) {
            ActiveRequest request = find(ticket);
            if (request != null) {
                request.releasePermit();
            }
        }
        for (ChoiceUpdate update : batch.updates()) {
            ActiveRequest request = find(update.ticket());
            if (request != null) {
                request.onUpdate(update, batch.completedNanos());
            }
        }
        for (RequestEnd end : batch.ended()) {
            ActiveRequest request = requests.remove(end.ticket().request().requestId());
            if (request != null) {
                request.onEnd(end, batch.completedNanos());
            }
        }
    }

    private @Nullable ActiveRequest find(EngineTicket ticket) {
        return requests.get(ticket.request().requestId());
    }
}
