package dev.javelin.cpu;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Zeroed native memory, 64-byte aligned, freed as a whole. Confined to the engine thread; the memory itself may be used
 * by any thread until {@link #close}.
 *
 * <p>Blocks come from {@code calloc}, so that pages become resident when they are first touched: an
 * {@link java.lang.foreign.Arena} would write zeros over the whole KV cache at start. Kernels address memory absolutely
 * through {@link #ALL}, whose bounds and lifetime checks fold to nothing; whoever computes an address answers for it.
 */
final class RawMemory implements AutoCloseable {
    /** Every address of the process. */
    @SuppressWarnings("restricted") // the point: one constant segment without bounds
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long ALIGNMENT_BYTES = 64;

    private final List<Long> blocks = new ArrayList<>();
    private long allocatedBytes;

    /** Allocates zeroed bytes and returns their address. */
    long allocate(long sizeBytes) {
        long block = Allocator.calloc(sizeBytes + ALIGNMENT_BYTES);
        if (block == 0) {
            throw new JavelinException(
                    ErrorCode.OUT_OF_MEMORY,
                    "the CPU runner needs " + sizeBytes + " bytes more, it has " + allocatedBytes + " already");
        }
        blocks.add(block);
        allocatedBytes += sizeBytes;
        return (block + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    /** Allocates zeroed floats and returns their address. */
    long allocateFloats(long floatCount) {
        return allocate(floatCount * Float.BYTES);
    }

    /** Bytes allocated so far. */
    long allocatedBytes() {
        return allocatedBytes;
    }

    static float floatAt(long address) {
        return ALL.get(ValueLayout.JAVA_FLOAT, address);
    }

    static void putFloat(long address, float value) {
        ALL.set(ValueLayout.JAVA_FLOAT, address, value);
    }

    static short shortAt(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    }

    /** The half-precision number at any address. */
    static float halfAt(long address) {
        return Float.float16ToFloat(ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address));
    }

    static void copy(long source, long target, long sizeBytes) {
        MemorySegment.copy(ALL, source, ALL, target, sizeBytes);
    }

    static void zero(long address, long sizeBytes) {
        ALL.asSlice(address, sizeBytes).fill((byte) 0);
    }

    @Override
    public void close() {
        blocks.forEach(Allocator::free);
        blocks.clear();
    }

    /** The C library's allocator. */
    private static final class Allocator {
        private static final MethodHandle CALLOC = handle(
                "calloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

        @SuppressWarnings("restricted") // calls into the C library
        private static MethodHandle handle(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }

        private static long calloc(long sizeBytes) {
            try {
                return (long) CALLOC.invokeExact(1L, sizeBytes);
            } catch (Throwable e) {
                throw new IllegalStateException("calloc", e);
            }
        }

        private static void free(long address) {
            try {
                FREE.invokeExact(address);
            } catch (Throwable e) {
                throw new IllegalStateException("free", e);
            }
        }
    }
}
