package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.model.RotarySpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Cosines and sines of one rotary embedding on the device. Immutable; layers with equal embeddings share one.
 *
 * <p>Position p is turned by the turn of {@code p % 512} and then by that of {@code p - p % 512}, so the table has one
 * row for each of the two:
 *
 * <pre>
 * row 0 .. 511      positions 0, 1, 2, ...            each row: f32 cosines [pairs], f32 sines [pairs],
 * row 512 .. end    positions 0, 512, 1024, ...       pairs rounded up to a multiple of 4
 * </pre>
 *
 * Angles are computed in double precision: what the kernel makes of two rows is right to two units in the last place of
 * a single, and the table of 131,072 positions takes 0.4 MB instead of 64.
 *
 * @param spec the embedding
 * @param contextTokens positions must be below this
 * @param table the rows
 */
public record RotaryTurns(RotarySpec spec, int contextTokens, DeviceBuffer table) {
    /** Positions between two rows of the second part. */
    static final int STEP_TOKENS = 512;

    private static final int PAIR_MULTIPLE = 4;

    /** Checks the table's length. */
    public RotaryTurns {
        if (contextTokens <= 0) {
            throw new IllegalArgumentException("contextTokens is " + contextTokens + ", it must be positive");
        }
        table.requireBytes(tableBytes(spec, contextTokens), "rotary table");
    }

    /** Bytes of the table. */
    public static long tableBytes(RotarySpec spec, int contextTokens) {
        long rows = STEP_TOKENS + (long) Math.ceilDiv(contextTokens, STEP_TOKENS);
        return rows * 2 * rowPairs(spec) * Float.BYTES;
    }

    /** Computes the table, copies it and waits for that. */
    public static RotaryTurns upload(CudaStream stream, DeviceBuffer table, RotarySpec spec, int contextTokens) {
        RotaryTurns turns = new RotaryTurns(spec, contextTokens, table);
        long bytes = tableBytes(spec, contextTokens);
        if (bytes > 0) {
            try (PinnedBuffer staging = PinnedBuffer.allocate(bytes)) {
                turns.write(staging.segment());
                DeviceCopies.toDevice(stream, table, staging, 0, bytes);
                stream.synchronize();
            }
        }
        return turns;
    }

    /** Writes the rows. */
    void write(MemorySegment rows) {
        double[] frequencies = spec.inverseFrequencies();
        long rowFloats = 2L * rowPairs(spec);
        long rowCount = tableBytes(spec, contextTokens) / Float.BYTES / Math.max(1, rowFloats);
        for (long row = 0; row < rowCount; row++) {
            double position = row < STEP_TOKENS ? row : (double) (row - STEP_TOKENS) * STEP_TOKENS;
            for (int pair = 0; pair < frequencies.length; pair++) {
                double angle = position * frequencies[pair];
                long at = row * rowFloats + pair;
                rows.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) Math.cos(angle));
                rows.setAtIndex(ValueLayout.JAVA_FLOAT, at + rowFloats / 2, (float) Math.sin(angle));
            }
        }
    }

    private static int rowPairs(RotarySpec spec) {
        return Math.ceilDiv(spec.rotatedDims() / 2, PAIR_MULTIPLE) * PAIR_MULTIPLE;
    }
}
