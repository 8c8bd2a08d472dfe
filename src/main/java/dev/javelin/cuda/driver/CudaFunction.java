package dev.javelin.cuda.driver;

import java.lang.ref.Reference;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * A kernel that can be launched. Confined to the thread that launches; lives as long as its {@link CudaModule}.
 *
 * <p>A launch allocates nothing. It compares number and widths of the arguments with what the kernel declares, because
 * the driver would read past a short list without a word.
 */
public final class CudaFunction {
    /** Dynamic shared memory that a block may have without asking. */
    private static final int DEFAULT_SHARED_BYTES = 48 * 1024;

    private static final @Nullable PointerPointer<Pointer> NO_EXTRA = null;

    private final String name;
    private final CUfunc_st handle;
    private final ParameterLayout parameters;
    private int allowedSharedBytes = DEFAULT_SHARED_BYTES;

    CudaFunction(String name, CUfunc_st handle) {
        this.name = name;
        this.handle = handle;
        this.parameters = ParameterLayout.of(name, handle);
    }

    /** The kernel's name. */
    public String name() {
        return name;
    }

    /**
     * Enqueues the kernel.
     *
     * @throws IllegalArgumentException if the arguments are not what the kernel declares
     */
    public void launch(CudaStream stream, LaunchShape shape, KernelArguments arguments) {
        parameters.requireMatch(arguments);
        allowSharedBytes(shape.sharedBytes());
        int status;
        try {
            status = shape.programmatic() && stream.programmaticSupported()
                    ? launchProgrammatic(stream, shape, arguments)
                    : launchPlain(stream, shape, arguments);
        } finally {
            Reference.reachabilityFence(arguments);
        }
        if (status != cudart.CUDA_SUCCESS) {
            throw CudaStatus.failure(status, "cuLaunchKernel", "kernel " + name + ", " + shape);
        }
    }

    /** Registers of a thread. */
    public int registers() {
        return attribute(cudart.CU_FUNC_ATTRIBUTE_NUM_REGS);
    }

    /** Local memory of a thread: more than 0 where registers spill or an array is indexed by a variable. */
    public int localBytes() {
        return attribute(cudart.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
    }

    /** Shared memory that the kernel declares itself. */
    public int staticSharedBytes() {
        return attribute(cudart.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
    }

    /** Blocks of that many threads and that much dynamic shared memory that one multiprocessor can hold at once. */
    public int maxActiveBlocks(int blockThreads, int sharedBytes) {
        allowSharedBytes(sharedBytes);
        int[] blocks = new int[1];
        CudaStatus.check(
                cudart.cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, handle, blockThreads, sharedBytes),
                "cuOccupancyMaxActiveBlocksPerMultiprocessor",
                name);
        return blocks[0];
    }

    private int launchPlain(CudaStream stream, LaunchShape shape, KernelArguments arguments) {
        return cudart.cuLaunchKernel(
                handle,
                shape.gridX(),
                shape.gridY(),
                shape.gridZ(),
                shape.blockThreads(),
                1,
                1,
                shape.sharedBytes(),
                stream.handle(),
                arguments.nativePointers(),
                NO_EXTRA);
    }

    private int launchProgrammatic(CudaStream stream, LaunchShape shape, KernelArguments arguments) {
        var config = stream.launchConfig();
        config.gridDimX(shape.gridX());
        config.gridDimY(shape.gridY());
        config.gridDimZ(shape.gridZ());
        config.blockDimX(shape.blockThreads());
        config.sharedMemBytes(shape.sharedBytes());
        return cudart.cuLaunchKernelEx(config, handle, arguments.nativePointers(), NO_EXTRA);
    }

    private void allowSharedBytes(int sharedBytes) {
        if (sharedBytes > allowedSharedBytes) {
            int status = cudart.cuFuncSetAttribute(
                    handle, cudart.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, sharedBytes);
            if (status != cudart.CUDA_SUCCESS) {
                throw CudaStatus.failure(
                        status, "cuFuncSetAttribute", "kernel " + name + " wants " + sharedBytes + " shared bytes");
            }
            allowedSharedBytes = sharedBytes;
        }
    }

    private int attribute(int id) {
        int[] value = new int[1];
        CudaStatus.check(cudart.cuFuncGetAttribute(value, id, handle), "cuFuncGetAttribute", name);
        return value[0];
    }
}
