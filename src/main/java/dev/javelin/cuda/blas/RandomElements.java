package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Fills device memory with normally distributed bf16 numbers. Stateless; confined to the stream's thread. */
final class RandomElements {
    private static final long SEED = 20_261_125;
    private static final int PATTERN_ELEMENTS = 1 << 22;

    private RandomElements() {}

    /** Fills it with a pattern of four million numbers over and over, and waits for it. */
    static void fill(CudaStream stream, DeviceBuffer buffer) {
        long patternBytes = Math.min(buffer.bytes(), (long) PATTERN_ELEMENTS * Short.BYTES);
        try (PinnedBuffer pattern = PinnedBuffer.allocate(patternBytes)) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(SEED);
            for (long index = 0; index < patternBytes / Short.BYTES; index++) {
                int bits = Float.floatToRawIntBits((float) random.nextGaussian());
                pattern.segment().setAtIndex(ValueLayout.JAVA_SHORT, index, (short) (bits >>> Short.SIZE));
            }
            for (long offset = 0; offset < buffer.bytes(); offset += patternBytes) {
                long bytes = Math.min(patternBytes, buffer.bytes() - offset);
                DeviceCopies.toDevice(stream, buffer.slice(offset, bytes), pattern, 0, bytes);
            }
            stream.synchronize();
        }
    }
}
