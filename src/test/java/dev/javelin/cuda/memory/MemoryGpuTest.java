package dev.javelin.cuda.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.driver.MemoryInfo;
import dev.javelin.cuda.driver.OpenGpu;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class MemoryGpuTest {
    private static final int BYTES = 10_007;

    private static OpenGpu gpu;
    private static DeviceArena arena;

    @BeforeAll
    static void open() {
        gpu = OpenGpu.open();
        arena = DeviceArena.reserve(1 << 20, "test");
    }

    @AfterAll
    static void close() {
        arena.close();
        gpu.close();
    }

    @Test
    void bringsBytesThereAndBack() {
        DeviceBuffer first = arena.take(BYTES, "first");
        DeviceBuffer second = arena.take(BYTES, "second");
        try (PinnedBuffer from = PinnedBuffer.allocate(BYTES + 5);
                PinnedBuffer to = PinnedBuffer.allocate(BYTES + 9)) {
            for (int index = 0; index < from.bytes(); index++) {
                from.segment().set(ValueLayout.JAVA_BYTE, index, (byte) (index * 31));
            }
            to.segment().fill((byte) 0x77);
            DeviceCopies.fill(gpu.stream(), second, (byte) 0xff);
            DeviceCopies.toDevice(gpu.stream(), first, from, 5, BYTES);
            DeviceCopies.deviceToDevice(gpu.stream(), second, first, BYTES - 1);
            DeviceCopies.toHost(gpu.stream(), to, 9, second, BYTES);
            gpu.stream().synchronize();
            assertEquals(
                    -1,
                    from.segment().asSlice(5, BYTES - 1).mismatch(to.segment().asSlice(9, BYTES - 1)));
            assertEquals((byte) 0xff, to.segment().get(ValueLayout.JAVA_BYTE, BYTES + 8));
            assertEquals((byte) 0x77, to.segment().get(ValueLayout.JAVA_BYTE, 8));
        }
    }

    @Test
    void aKernelReadsAndWritesPinnedMemory() {
        try (PinnedBuffer values = PinnedBuffer.allocate(100 * Integer.BYTES);
                CudaModule module = gpu.compiler().compile(new KernelSource("driver_probe.cu", Map.of()))) {
            values.segment().fill((byte) 0);
            module.function("probe_add")
                    .launch(
                            gpu.stream(),
                            LaunchShape.of(1, 128),
                            new KernelArguments()
                                    .reset()
                                    .pointer(values.deviceAddress())
                                    .int32(100)
                                    .int32(42));
            gpu.stream().synchronize();
            for (int index = 0; index < 100; index++) {
                assertEquals(42, values.segment().getAtIndex(ValueLayout.JAVA_INT, index));
            }
        }
    }

    @Test
    void saysHowMuchWasWantedAndHowMuchIsThere() {
        MemoryInfo memory = gpu.device().memory();
        long wantedBytes = 2 * memory.totalBytes();
        JavelinException refused =
                assertThrows(JavelinException.class, () -> DeviceArena.reserve(wantedBytes, "weights"));
        assertEquals(ErrorCode.OUT_OF_MEMORY, refused.code());
        assertTrue(
                refused.reason()
                        .startsWith("the GPU has no room for weights: wanted " + wantedBytes + " bytes, free are "),
                refused.reason());
        assertTrue(refused.reason().contains(" of " + memory.totalBytes() + "; lower "), refused.reason());
    }

    @Test
    void handsOutAlignedBuffersUntilTheArenaIsFull() {
        try (DeviceArena small = DeviceArena.reserve(1000, "small")) {
            DeviceBuffer first = small.take(1, "one byte");
            DeviceBuffer second = small.take(700, "more");
            assertEquals(0, first.address() % 256);
            assertEquals(first.address() + 256, second.address());
            assertEquals(1000, small.usedBytes());
            assertEquals(0, small.take(0, "nothing").bytes());
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> small.take(1, "one more"));
            assertEquals("one more wants 1 bytes, the arena small has 0 of 1000 left", refused.getMessage());
        }
    }

    @Test
    void givesMemoryBack() {
        long before = gpu.device().memory().freeBytes();
        DeviceArena large = DeviceArena.reserve(256 << 20, "large");
        long during = gpu.device().memory().freeBytes();
        large.close();
        large.close();
        assertTrue(during <= before - (256 << 20));
        assertTrue(gpu.device().memory().freeBytes() > before - (64 << 20));
        assertThrows(IllegalStateException.class, () -> large.take(1, "late"));
    }

    @Test
    void aClosedPinnedBufferRefusesAccess() {
        PinnedBuffer buffer = PinnedBuffer.allocate(64);
        MemorySegment segment = buffer.segment();
        buffer.close();
        buffer.close();
        assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void refusesCopiesThatLeaveABuffer() {
        DeviceBuffer device = arena.take(16, "device");
        try (PinnedBuffer host = PinnedBuffer.allocate(16)) {
            assertThrows(
                    IllegalArgumentException.class, () -> DeviceCopies.toDevice(gpu.stream(), device, host, 1, 16));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> DeviceCopies.toHost(gpu.stream(), host, 0, device.slice(8, 8), 9));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> DeviceCopies.deviceToDevice(gpu.stream(), device.slice(8, 8), device, 9));
        }
    }
}
