package dev.javelin.cuda.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.driver.OpenGpu;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class StreamingSpeedGpuTest {
    @Test
    void readsEveryByteOnce() {
        for (long bytes : new long[] {16, 4096, (3 << 20) + 16}) {
            try (OpenGpu gpu = OpenGpu.open();
                    PinnedBuffer host = PinnedBuffer.allocate(bytes);
                    StreamingSpeed speed = new StreamingSpeed(
                            gpu.stream(), gpu.compiler(), gpu.device().properties(), bytes)) {
                int expected = 0;
                for (long index = 0; index < bytes / Integer.BYTES; index++) {
                    int word = Long.hashCode(index * 0x9e37_79b9_7f4a_7c15L);
                    host.segment().setAtIndex(ValueLayout.JAVA_INT, index, word);
                    expected += word;
                }
                DeviceCopies.toDevice(gpu.stream(), speed.memory(), host, 0, bytes);
                speed.read(LaunchShape.of(7, 256));
                DeviceCopies.toHost(gpu.stream(), host, 0, speed.result(), Integer.BYTES);
                gpu.stream().synchronize();
                assertEquals(expected, host.segment().get(ValueLayout.JAVA_INT, 0));
            }
        }
    }
}
