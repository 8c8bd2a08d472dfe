package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.cuda.nvrtc.CubinCache;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The first GPU, a stream, a compiler and some memory, for tests and benchmarks. Confined to the thread that opened it.
 */
final class DeviceWork implements AutoCloseable {
    private final CudaDevice device;
    private final CudaStream stream;
    private final KernelCompiler compiler;
    private final DeviceArena arena;

    private DeviceWork(long arenaBytes) {
        device = CudaDevice.open(0);
        stream = CudaStream.create();
        arena = DeviceArena.reserve(arenaBytes, "test");
        compiler = new KernelCompiler(
                device.properties().arch(),
                CubinCache.in(Path.of(System.getProperty("java.io.tmpdir"), "javelin-test-cubins")));
    }

    static DeviceWork open(long arenaBytes) {
        return new DeviceWork(arenaBytes);
    }

    CudaDevice device() {
        return device;
    }

    CudaStream stream() {
        return stream;
    }

    KernelCompiler compiler() {
        return compiler;
    }

    /** Memory of any content. */
    DeviceBuffer take(long bytes) {
        return arena.take(bytes, "test");
    }

    /** Memory in which every number is NaN. */
    DeviceBuffer poisoned(long bytes) {
        DeviceBuffer buffer = take(bytes);
        poison(buffer);
        return buffer;
    }

    void poison(DeviceBuffer buffer) {
        DeviceCopies.fill(stream, buffer, (byte) ElementBits.POISON);
    }

    DeviceBuffer upload(short[] values) {
        return upload(MemorySegment.ofArray(values));
    }

    DeviceBuffer upload(int[] values) {
        return upload(MemorySegment.ofArray(values));
    }

    private DeviceBuffer upload(MemorySegment values) {
        DeviceBuffer buffer = take(values.byteSize());
        try (PinnedBuffer staging = PinnedBuffer.allocate(values.byteSize())) {
            staging.segment().copyFrom(values);
            DeviceCopies.toDevice(stream, buffer, staging, 0, values.byteSize());
            stream.synchronize();
        }
        return buffer;
    }

    /** The elements that a buffer holds when all work so far has ended. */
    short[] download(DeviceBuffer buffer) {
        short[] values = new short[Math.toIntExact(buffer.bytes() / Short.BYTES)];
        download(buffer, MemorySegment.ofArray(values));
        return values;
    }

    /** The same of f32 numbers. */
    float[] downloadFloats(DeviceBuffer buffer) {
        float[] values = new float[Math.toIntExact(buffer.bytes() / Float.BYTES)];
        download(buffer, MemorySegment.ofArray(values));
        return values;
    }

    private void download(DeviceBuffer buffer, MemorySegment values) {
        try (PinnedBuffer staging = PinnedBuffer.allocate(buffer.bytes())) {
            DeviceCopies.toHost(stream, staging, 0, buffer, buffer.bytes());
            stream.synchronize();
            values.copyFrom(staging.segment());
        }
    }

    @Override
    public void close() {
        arena.close();
        stream.close();
        device.close();
    }
}
