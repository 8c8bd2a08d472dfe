package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RotaryTurnsTest {
    private static final int CONTEXT_TOKENS = 131_072;
    private static final double TWO_ULPS = 0x1p-22;

    @Test
    void twoRowsGiveEveryPositionsTurn() {
        RotarySpec spec = new RotarySpec(RotaryLayout.HALVES, 128, 500_000, new RotaryScaling.Llama3(8, 1, 4, 8192));
        double[] frequencies = spec.inverseFrequencies();
        Random random = new Random(5);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = write(arena, spec);
            for (int i = 0; i < 20_000; i++) {
                int position = i == 0 ? CONTEXT_TOKENS - 1 : random.nextInt(CONTEXT_TOKENS);
                int pair = random.nextInt(frequencies.length);
                long fine = position % RotaryTurns.STEP_TOKENS * 128L + pair;
                long coarse = (RotaryTurns.STEP_TOKENS + position / RotaryTurns.STEP_TOKENS) * 128L + pair;
                double cosine = at(rows, fine) * at(rows, coarse) - at(rows, fine + 64) * at(rows, coarse + 64);
                double sine = at(rows, fine + 64) * at(rows, coarse) + at(rows, fine) * at(rows, coarse + 64);
                assertEquals(Math.cos(position * frequencies[pair]), cosine, TWO_ULPS);
                assertEquals(Math.sin(position * frequencies[pair]), sine, TWO_ULPS);
            }
        }
    }

    @Test
    void padsOddPairsAndNeedsNothingWithoutRotation() {
        RotarySpec odd = new RotarySpec(RotaryLayout.INTERLEAVED, 26, 10_000, new RotaryScaling.None());
        assertEquals((512 + 2) * 2 * 16 * Float.BYTES, RotaryTurns.tableBytes(odd, 1000));
        RotarySpec unrotated = new RotarySpec(RotaryLayout.HALVES, 0, 10_000, new RotaryScaling.None());
        assertEquals(0, RotaryTurns.tableBytes(unrotated, 1000));
    }

    private static MemorySegment write(Arena arena, RotarySpec spec) {
        long bytes = RotaryTurns.tableBytes(spec, CONTEXT_TOKENS);
        MemorySegment rows = arena.allocate(bytes);
        new RotaryTurns(spec, CONTEXT_TOKENS, new DeviceBuffer(rows.address(), bytes)).write(rows);
        return rows;
    }

    private static double at(MemorySegment rows, long index) {
        return rows.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }
}
