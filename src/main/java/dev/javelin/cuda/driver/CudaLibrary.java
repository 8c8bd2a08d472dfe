package dev.javelin.cuda.driver;

import java.util.EnumSet;
import java.util.Set;

/**
 * The native libraries that the runner loads, in the order in which they are loaded. Each is named by its soname; the
 * major version in it is the one that the bindings were built for.
 */
public enum CudaLibrary {
    /** The driver's user side; comes with the driver, never with the toolkit. */
    DRIVER(
            "libcuda.so.1",
            "the NVIDIA driver, 580 or newer (in a container: start it with --gpus=all and NVIDIA's container toolkit)"),
    /** CUDA's runtime. */
    RUNTIME("libcudart.so.13", "the package cuda-cudart-13-0 or pip's nvidia-cuda-runtime"),
    /** The run-time compiler; its built-in declarations lie beside it and are loaded with it. */
    NVRTC("libnvrtc.so.13", "the package cuda-nvrtc-13-0 or pip's nvidia-cuda-nvrtc"),
    /** Matrix products. */
    CUBLAS_LT("libcublasLt.so.13", "the package libcublas-13-0 or pip's nvidia-cublas"),
    /** The older matrix products, which the bindings' wrapper links. */
    CUBLAS("libcublas.so.13", "the package libcublas-13-0 or pip's nvidia-cublas"),
    /** Collectives of several GPUs. */
    NCCL("libnccl.so.2", "the package libnccl2 or pip's nvidia-nccl-cu13"),
    /** The driver's monitoring side. */
    NVML("libnvidia-ml.so.1", "the NVIDIA driver");

    private final String soname;
    private final String origin;

    CudaLibrary(String soname, String origin) {
        this.soname = soname;
        this.origin = origin;
    }

    /** The name that the loader knows it by. */
    public String soname() {
        return soname;
    }

    /** What brings it, for the message that it is missing. */
    public String origin() {
        return origin;
    }

    /** What one GPU needs. */
    public static Set<CudaLibrary> forRunner() {
        return EnumSet.of(DRIVER, RUNTIME, NVRTC, CUBLAS_LT, CUBLAS);
    }

    /** What compiling kernels needs: no GPU, but a library in the driver's place. */
    public static Set<CudaLibrary> forCompiler() {
        return EnumSet.of(DRIVER, RUNTIME, NVRTC);
    }
}
