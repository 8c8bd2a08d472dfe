package dev.javelin.bench;

import dev.javelin.backend.CachePlan;
import java.util.List;

/**
 * The least time that a device can need: what must be read over what it reads, what must be computed over what it
 * computes. Immutable.
 *
 * <p>Within a step, streaming the weights and multiplying by them overlap, so the longer counts; reading keys and
 * values comes on top. A batch of requests counts all operations and all of its cached bytes, with nothing overlapped
 * and the weights free: 100% of it is no hard wall.
 *
 * @param costs the model's
 * @param cachePlans how keys and values are cached
 * @param weightBytes bytes that a step streams, as the runner holds them
 * @param ceilings the device's
 */
public record Floors(ModelCosts costs, List<CachePlan> cachePlans, long weightBytes, DeviceCeilings ceilings) {
    /** Copies the list. */
    public Floors {
        cachePlans = List.copyOf(cachePlans);
    }

    /** Seconds of an average decode step of equal requests. */
    public double decodeStepSeconds(RequestShape shape, int sequences) {
        double cacheBytes = sequences * costs.decodeCacheBytes(shape, cachePlans) / shape.decodeSteps();
        return weightSeconds(costs.decodeStepFlops(sequences)) + cacheBytes / ceilings.readBytesPerSecond();
    }

    /** Seconds from a prompt to its first token. */
    public double promptSeconds(RequestShape shape) {
        return weightSeconds(costs.promptFlops(shape));
    }

    private double weightSeconds(double flops) {
        return Math.max(weightBytes / ceilings.readBytesPerSecond(), flops / ceilings.gemmFlopsPerSecond());
    }

    /** Seconds of many requests that wait from the start. */
    public double batchSeconds(List<RequestShape> shapes) {
        double flops = 0;
        double cacheBytes = 0;
        double tokenFlops = costs.decodeStepFlops(1);
        for (RequestShape shape : shapes) {
            flops += costs.promptFlops(shape) + tokenFlops * shape.decodeSteps();
            cacheBytes += costs.decodeCacheBytes(shape, cachePlans);
        }
        return flops / ceilings.gemmFlopsPerSecond() + cacheBytes / ceilings.readBytesPerSecond();
    }
}
