package dev.javelin.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one launch, in the kernel's order: a native block that is written again for every launch, since the
 * driver copies it. Confined to the thread that launches.
 *
 * <pre>
 * values    [ 8 bytes | 8 bytes | ... ]        one slot an argument, whatever its size
 * pointers  [ &amp;values[0] | &amp;values[1] | ... ]  written once; what cuLaunchKernel takes
 * </pre>
 */
public final class KernelArguments {
    /** Most arguments of a kernel. */
    public static final int MAX_ARGUMENTS = 64;

    private static final long SLOT_BYTES = Long.BYTES;

    /** Freed with this object: it holds no device memory, and {@link CudaFunction} keeps it reachable during a call. */
    private final MemorySegment values = Arena.ofAuto().allocate(MAX_ARGUMENTS * SLOT_BYTES, SLOT_BYTES);

    private final MemorySegment pointers = Arena.ofAuto().allocate(MAX_ARGUMENTS * SLOT_BYTES, SLOT_BYTES);
    private final long pointersAddress = pointers.address();
    private int count;
    private long wideMask;
    private @Nullable PointerPointer<Pointer> nativePointers;

    /** An empty block. */
    public KernelArguments() {
        for (int index = 0; index < MAX_ARGUMENTS; index++) {
            pointers.setAtIndex(ValueLayout.JAVA_LONG, index, values.address() + index * SLOT_BYTES);
        }
    }

    /** Starts the arguments of the next launch. */
    public KernelArguments reset() {
        count = 0;
        wideMask = 0;
        return this;
    }

    /** Appends a device address; 0 is a null pointer. */
    public KernelArguments pointer(long address) {
        return int64(address);
    }

    /** Appends an {@code int}. */
    public KernelArguments int32(int value) {
        values.set(ValueLayout.JAVA_INT, nextSlot(), value);
        return this;
    }

    /** Appends a {@code long long}. */
    public KernelArguments int64(long value) {
        values.set(ValueLayout.JAVA_LONG, nextSlot(), value);
        wideMask |= 1L << (count - 1);
        return this;
    }

    /** Appends a {@code float}. */
    public KernelArguments float32(float value) {
        values.set(ValueLayout.JAVA_FLOAT, nextSlot(), value);
        return this;
    }

    /** Arguments appended since {@link #reset}. */
    public int count() {
        return count;
    }

    /** Bit i is set where argument i has eight bytes; the others have four. */
    long wideMask() {
        return wideMask;
    }

    /** The bits of argument {@code index}, the upper half meaningless where it has four bytes. */
    long bits(int index) {
        return values.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    /** Address of the array of addresses. */
    long pointersAddress() {
        return pointersAddress;
    }

    /** The array of addresses as the bindings take it. Made on first use, since it loads the bindings. */
    PointerPointer<Pointer> nativePointers() {
        PointerPointer<Pointer> made = nativePointers;
        if (made == null) {
            made = new PointerPointer<>(new NativeAddress(pointersAddress));
            nativePointers = made;
        }
        return made;
    }

    private long nextSlot() {
        if (count == MAX_ARGUMENTS) {
            throw new IllegalArgumentException("a kernel takes at most " + MAX_ARGUMENTS + " arguments");
        }
        return SLOT_BYTES * count++;
    }
}
