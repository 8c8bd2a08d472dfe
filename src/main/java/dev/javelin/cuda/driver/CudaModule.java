package dev.javelin.cuda.driver;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;

/** Compiled kernels on the device. Confined to threads on which its device is current, one at a time. */
public final class CudaModule implements AutoCloseable {
    private final CUmod_st handle;
    private boolean closed;

    private CudaModule(CUmod_st handle) {
        this.handle = handle;
    }

    /** Loads a cubin into the current device's context; it must be compiled for that device. */
    public static CudaModule load(byte[] cubin) {
        CUmod_st handle = new CUmod_st();
        try (BytePointer image = new BytePointer(cubin)) {
            CudaStatus.check(
                    cudart.cuModuleLoadData(handle, image), "cuModuleLoadData", "cubin of " + cubin.length + " bytes");
        }
        return new CudaModule(handle);
    }

    /**
     * The kernel of that name (declared {@code extern "C" __global__}), brought to the device now: the driver would
     * else do so at its first launch, perhaps amid a capture. It lives as long as the module.
     */
    public CudaFunction function(String name) {
        CUfunc_st function = new CUfunc_st();
        CudaStatus.check(cudart.cuModuleGetFunction(function, handle, name), "cuModuleGetFunction", "kernel " + name);
        CudaStatus.check(cudart.cuFuncLoad(function), "cuFuncLoad", "kernel " + name);
        return new CudaFunction(name, function);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CudaStatus.check(cudart.cuModuleUnload(handle), "cuModuleUnload", "module");
        }
    }
}
