package dev.javelin.cpu;

import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotarySpec;

/**
 * Cosines and sines of one rotary embedding for the tokens of a step, and the rotation itself. Confined to the engine
 * thread while they are computed; read by all workers afterwards.
 */
final class RotaryTable {
    private final RotarySpec spec;
    private final double[] frequencies;
    private final int pairCount;
    private final long cosines;
    private final long sines;

    RotaryTable(RotarySpec spec, RawMemory memory, int mostTokens) {
        this.spec = spec;
        frequencies = spec.inverseFrequencies();
        pairCount = spec.rotatedDims() / 2;
        cosines = memory.allocateFloats((long) mostTokens * pairCount);
        sines = memory.allocateFloats((long) mostTokens * pairCount);
    }

    RotarySpec spec() {
        return spec;
    }

    /** Computes the angles of a step's token. */
    void prepare(int token, int position) {
        long at = (long) token * pairCount * Float.BYTES;
        for (int i = 0; i < pairCount; i++) {
            double angle = position * frequencies[i];
            RawMemory.putFloat(cosines + at, (float) Math.cos(angle));
            RawMemory.putFloat(sines + at, (float) Math.sin(angle));
            at += Float.BYTES;
        }
    }

    /** Rotates one head of a step's token in place. */
    void rotate(int token, long head) {
        boolean interleaved = spec.layout() == RotaryLayout.INTERLEAVED;
        long step = interleaved ? 2L * Float.BYTES : Float.BYTES;
        long partner = interleaved ? Float.BYTES : (long) pairCount * Float.BYTES;
        long angle = (long) token * pairCount * Float.BYTES;
        long at = head;
        for (int i = 0; i < pairCount; i++) {
            float cosine = RawMemory.floatAt(cosines + angle);
            float sine = RawMemory.floatAt(sines + angle);
            float a = RawMemory.floatAt(at);
            float b = RawMemory.floatAt(at + partner);
            RawMemory.putFloat(at, a * cosine - b * sine);
            RawMemory.putFloat(at + partner, b * cosine + a * sine);
            angle += Float.BYTES;
            at += step;
        }
    }
}
