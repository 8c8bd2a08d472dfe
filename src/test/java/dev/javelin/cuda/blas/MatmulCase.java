package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Random matrices of one product on host and device, 16 bytes past a larger alignment, with y either poisoned or, where
 * it is added to, random. Confined to the stream's thread.
 */
final class MatmulCase implements AutoCloseable {
    private static final int OFFSET_BYTES = 16;

    private final MatmulShape shape;
    private final boolean f16;
    private final DeviceArena arena;
    private final DeviceBuffer x;
    private final DeviceBuffer w;
    private final DeviceBuffer y;
    private final PinnedBuffer hostX;
    private final PinnedBuffer hostW;
    private final PinnedBuffer oldY;

    MatmulCase(CudaStream stream, MatmulShape shape, boolean f16, SplittableRandom random) {
        this.shape = shape;
        this.f16 = f16;
        this.arena = DeviceArena.reserve(shape.xBytes() + shape.wBytes() + shape.yBytes() + 2048, "product");
        this.x = take(shape.xBytes());
        this.w = take(shape.wBytes());
        this.y = take(shape.yBytes());
        this.hostX = random(shape.xBytes(), false, random);
        this.hostW = random(shape.wBytes(), false, random);
        this.oldY = random(shape.yBytes(), shape.outF32(), random);
        DeviceCopies.toDevice(stream, x, hostX, 0, shape.xBytes());
        DeviceCopies.toDevice(stream, w, hostW, 0, shape.wBytes());
        reset(stream);
    }

    MatmulShape shape() {
        return shape;
    }

    DeviceBuffer x() {
        return x;
    }

    DeviceBuffer w() {
        return w;
    }

    DeviceBuffer y() {
        return y;
    }

    /** Puts y back to what it was before the product. */
    void reset(CudaStream stream) {
        if (shape.accumulate()) {
            DeviceCopies.toDevice(stream, y, oldY, 0, shape.yBytes());
        } else {
            DeviceCopies.fill(stream, y, (byte) 0xff);
        }
        stream.synchronize();
    }

    /** The largest ||y - reference|| / ||reference|| of a row. */
    double largestRowError(CudaStream stream) {
        double largest = 0;
        try (PinnedBuffer result = PinnedBuffer.allocate(shape.yBytes())) {
            DeviceCopies.toHost(stream, result, 0, y, shape.yBytes());
            stream.synchronize();
            for (int row = 0; row < shape.m(); row++) {
                largest = Math.max(largest, rowError(result.segment(), row));
            }
        }
        return largest;
    }

    /** NaN counts as infinite. */
    private double rowError(MemorySegment result, int row) {
        double difference = 0;
        double norm = 0;
        for (int column = 0; column < shape.n(); column++) {
            long index = (long) row * shape.n() + column;
            double expected = shape.accumulate() ? number(oldY.segment(), index, shape.outF32()) : 0;
            for (int inner = 0; inner < shape.k(); inner++) {
                expected += (double) number(hostX.segment(), (long) row * shape.k() + inner, false)
                        * number(hostW.segment(), (long) column * shape.k() + inner, false);
            }
            double error = number(result, index, shape.outF32()) - expected;
            difference += error * error;
            norm += expected * expected;
        }
        double relative = Math.sqrt(difference / norm);
        return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }

    private float number(MemorySegment numbers, long index, boolean f32) {
        if (f32) {
            return numbers.getAtIndex(ValueLayout.JAVA_FLOAT, index);
        }
        short bits = numbers.getAtIndex(ValueLayout.JAVA_SHORT, index);
        return f16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << Short.SIZE);
    }

    private PinnedBuffer random(long bytes, boolean f32, SplittableRandom random) {
        PinnedBuffer numbers = PinnedBuffer.allocate(bytes);
        for (long index = 0; index < bytes / (f32 ? Float.BYTES : Short.BYTES); index++) {
            float value = (float) random.nextGaussian();
            if (f32) {
                numbers.segment().setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
            } else {
                int bits = f16 ? Float.floatToFloat16(value) : Float.floatToRawIntBits(value) >>> Short.SIZE;
                numbers.segment().setAtIndex(ValueLayout.JAVA_SHORT, index, (short) bits);
            }
        }
        return numbers;
    }

    private DeviceBuffer take(long bytes) {
        return arena.take(bytes + OFFSET_BYTES, "matrix").slice(OFFSET_BYTES, bytes);
    }

    @Override
    public void close() {
        hostX.close();
        hostW.close();
        oldY.close();
        arena.close();
    }
}
