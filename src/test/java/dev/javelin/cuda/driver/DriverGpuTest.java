package dev.javelin.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class DriverGpuTest {
    private static final int VALUES = 1000;
    private static final int VALUES_BYTES = VALUES * Integer.BYTES;

    private static OpenGpu gpu;
    private static CudaModule module;
    private static CudaFunction add;
    private static KernelArguments addArguments;
    private static DeviceArena arena;
    private static DeviceBuffer values;
    private static PinnedBuffer host;

    @BeforeAll
    static void open() {
        gpu = OpenGpu.open();
        module = gpu.compiler().compile(new KernelSource("driver_probe.cu", Map.of()));
        add = module.function("probe_add");
        addArguments = new KernelArguments();
        arena = DeviceArena.reserve(1 << 20, "test");
        values = arena.take(VALUES_BYTES, "values");
        host = PinnedBuffer.allocate(VALUES_BYTES);
    }

    @AfterAll
    static void close() {
        host.close();
        arena.close();
        module.close();
        gpu.close();
    }

    @Test
    void saysWhatTheDeviceIs() {
        DeviceProperties properties = gpu.device().properties();
        System.out.println(properties + ", " + gpu.device().memory());
        assertFalse(properties.name().isBlank());
        assertTrue(properties.computeMajor() >= 8);
        assertTrue(properties.multiprocessors() > 0);
        assertTrue(properties.sharedBytesPerBlock() > 48 * 1024);
        assertTrue(properties.driverVersion() >= CudaAvailability.MIN_DRIVER_VERSION);
        assertEquals(13, properties.runtimeVersion() / 1000);
        MemoryInfo memory = gpu.device().memory();
        assertTrue(memory.freeBytes() > 0 && memory.freeBytes() <= memory.totalBytes());
    }

    @Test
    void isAvailableWithTheSameProperties() {
        LibrarySearch search = new LibrarySearch(List.of(), null, CudaLibrary.forRunner());
        assertEquals(
                new CudaAvailability.Available(List.of(gpu.device().properties()))
                        .devices()
                        .getFirst(),
                ((CudaAvailability.Available) CudaAvailability.probe(search))
                        .devices()
                        .getFirst());
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        JavelinException refused = assertThrows(JavelinException.class, () -> CudaDevice.open(64));
        assertEquals(ErrorCode.DEVICE_UNAVAILABLE, refused.code());
        assertTrue(refused.reason().startsWith("there is no GPU 64: this process sees "), refused.reason());
    }

    @Test
    void handsArgumentsAndShapeOver() {
        CudaFunction probe = module.function("probe_arguments");
        DeviceCopies.fill(gpu.stream(), values, (byte) 0xff);
        KernelArguments arguments = new KernelArguments()
                .reset()
                .pointer(values.address())
                .int64(-0x0123_4567_89ab_cdefL)
                .int32(-7)
                .float32(-1.5f)
                .pointer(0);
        for (boolean programmatic : new boolean[] {false, true}) {
            probe.launch(gpu.stream(), new LaunchShape(3, 5, 2, 96, 4096, programmatic), arguments);
            readValues();
            long[] seen = host.segment().asSlice(0, 8 * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
            assertArrayEquals(
                    new long[] {-0x0123_4567_89ab_cdefL, -7, Float.floatToRawIntBits(-1.5f), 3, 5, 2, 96, 1}, seen);
        }
    }

    @Test
    void refusesArgumentsThatTheKernelDoesNotDeclare() {
        KernelArguments arguments =
                new KernelArguments().reset().pointer(values.address()).int64(1);
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> add.launch(gpu.stream(), LaunchShape.of(1, 32), arguments));
        assertEquals(
                "kernel probe_add takes 3 arguments of (8 4 4) bytes, got 2 arguments of (8 8) bytes",
                refused.getMessage());
    }

    @Test
    void namesTheKernelThatIsMissing() {
        JavelinException failed = assertThrows(JavelinException.class, () -> module.function("no_such_kernel"));
        assertEquals(ErrorCode.DEVICE_FAILED, failed.code());
        assertTrue(failed.reason().startsWith("cuModuleGetFunction: CUDA_ERROR_NOT_FOUND "), failed.reason());
        assertTrue(failed.reason().endsWith("(kernel no_such_kernel)"), failed.reason());
    }

    @Test
    void givesABlockTheSharedMemoryItAsksFor() {
        CudaFunction shared = module.function("probe_shared");
        int bytes = 90 * 1024;
        assertTrue(shared.maxActiveBlocks(128, bytes) > 0);
        shared.launch(
                gpu.stream(),
                new LaunchShape(1, 1, 1, 128, bytes, false),
                new KernelArguments().reset().pointer(values.address()).int32(bytes));
        readValues();
        assertEquals((bytes - 1) % 251, valueAt(0));
        assertTrue(shared.registers() > 0);
        assertEquals(0, shared.localBytes());
    }

    @Test
    void namesTheKernelThatWantsTooMuchSharedMemory() {
        CudaFunction shared = module.function("probe_shared");
        KernelArguments arguments =
                new KernelArguments().reset().pointer(values.address()).int32(4);
        LaunchShape shape = new LaunchShape(1, 1, 1, 128, 512 * 1024, false);
        JavelinException failed =
                assertThrows(JavelinException.class, () -> shared.launch(gpu.stream(), shape, arguments));
        assertEquals(
                "cuFuncSetAttribute: CUDA_ERROR_INVALID_VALUE invalid argument (kernel probe_shared wants 524288 shared"
                        + " bytes)",
                failed.reason());
    }

    @Test
    void repeatsACapturedGraph() {
        CudaGraph graph = gpu.stream().capture(() -> {
            DeviceCopies.fill(gpu.stream(), values, (byte) 0);
            add(1, false);
            add(10, false);
        });
        try (graph;
                CudaGraphExec exec = graph.instantiate()) {
            assertEquals(3, graph.nodeCount());
            exec.upload(gpu.stream());
            for (int launch = 0; launch < 3; launch++) {
                DeviceCopies.fill(gpu.stream(), values, (byte) 0x55);
                exec.launch(gpu.stream());
                readValues();
                assertAllValues(11);
            }
        }
    }

    @Test
    void keepsTheOrderOfProgrammaticLaunches() {
        DeviceCopies.fill(gpu.stream(), values, (byte) 0);
        for (int launch = 0; launch < 200; launch++) {
            add(1, true);
        }
        readValues();
        assertAllValues(200);
    }

    @Test
    void keepsTheOrderOfProgrammaticLaunchesInAGraph() {
        DeviceCopies.fill(gpu.stream(), values, (byte) 0);
        try (CudaGraph graph = gpu.stream().capture(() -> {
                    for (int launch = 0; launch < 100; launch++) {
                        add(1, true);
                    }
                });
                CudaGraphExec exec = graph.instantiate()) {
            assertEquals(100, graph.nodeCount());
            exec.launch(gpu.stream());
            exec.launch(gpu.stream());
        }
        readValues();
        assertAllValues(200);
    }

    @Test
    void endsTheCaptureOfWorkThatThrows() {
        assertThrows(
                IllegalStateException.class,
                () -> gpu.stream().capture(() -> {
                    add(1, false);
                    throw new IllegalStateException("on purpose");
                }));
        DeviceCopies.fill(gpu.stream(), values, (byte) 0);
        readValues();
        assertAllValues(0);
    }

    @Test
    void timesAndOrdersWorkWithEvents() {
        try (CudaEvent begin = CudaEvent.create(true);
                CudaEvent end = CudaEvent.create(true);
                CudaEvent mark = CudaEvent.create(false);
                CudaStream other = CudaStream.create(-1)) {
            gpu.stream().record(begin);
            DeviceCopies.fill(gpu.stream(), values, (byte) 0);
            gpu.stream().record(end);
            gpu.stream().record(mark);
            other.await(mark);
            DeviceCopies.toHost(other, host, 0, values, VALUES_BYTES);
            other.synchronize();
            assertAllValues(0);
            end.synchronize();
            assertTrue(end.isDone() && mark.isDone());
            assertTrue(end.millisSince(begin) >= 0);
        }
    }

    @Test
    void closesTwiceWithoutHarm() {
        CudaStream stream = CudaStream.create();
        stream.close();
        stream.close();
        CudaEvent event = CudaEvent.create(false);
        event.close();
        event.close();
    }

    @Test
    void saysWhatALaunchCosts() {
        for (boolean programmatic : new boolean[] {false, true}) {
            int launches = 20_000;
            for (int launch = 0; launch < launches; launch++) {
                add(0, programmatic);
            }
            gpu.stream().synchronize();
            long beginNanos = System.nanoTime();
            for (int launch = 0; launch < launches; launch++) {
                add(0, programmatic);
            }
            long nanos = System.nanoTime() - beginNanos;
            gpu.stream().synchronize();
            System.out.println("launch, programmatic " + programmatic + ": " + nanos / launches + " ns of the CPU");
        }
    }

    private static void add(int addend, boolean programmatic) {
        addArguments.reset().pointer(values.address()).int32(VALUES).int32(addend);
        add.launch(gpu.stream(), new LaunchShape(4, 1, 1, 256, 0, programmatic), addArguments);
    }

    private static void readValues() {
        DeviceCopies.toHost(gpu.stream(), host, 0, values, VALUES_BYTES);
        gpu.stream().synchronize();
    }

    private static int valueAt(int index) {
        return host.segment().getAtIndex(ValueLayout.JAVA_INT, index);
    }

    private static void assertAllValues(int expected) {
        for (int index = 0; index < VALUES; index++) {
            assertEquals(expected, valueAt(index), "value " + index);
        }
    }
}
