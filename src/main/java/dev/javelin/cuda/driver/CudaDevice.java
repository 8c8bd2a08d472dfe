package dev.javelin.cuda.driver;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * One GPU, with its primary context held until {@link #close}. Its methods may be called by any thread; whatever is
 * created on it belongs to a thread on which it is current ({@link #open} makes it so, {@link #makeCurrent} elsewhere).
 *
 * <p>The primary context is the one that CUDA's runtime library, and so cuBLAS and NCCL, use as well.
 */
public final class CudaDevice implements AutoCloseable {
    private final int device;
    private final CUctx_st context;
    private final DeviceProperties properties;
    private boolean closed;

    private CudaDevice(int device, CUctx_st context, DeviceProperties properties) {
        this.device = device;
        this.context = context;
        this.properties = properties;
    }

    /**
     * Opens a device and makes it current on the calling thread; loads CUDA's libraries where that is still to be done.
     *
     * @param index as {@code CUDA_VISIBLE_DEVICES} leaves them, from 0
     * @throws JavelinException DEVICE_UNAVAILABLE, naming what is missing
     */
    public static CudaDevice open(int index) {
        int deviceCount = count();
        if (index < 0 || index >= deviceCount) {
            throw new JavelinException(
                    ErrorCode.DEVICE_UNAVAILABLE,
                    "there is no GPU " + index + ": this process sees " + deviceCount
                            + " (counted from 0; CUDA_VISIBLE_DEVICES hides the others)");
        }
        int[] device = new int[1];
        CudaStatus.check(cudart.cuDeviceGet(device, index), "cuDeviceGet", "GPU " + index);
        CUctx_st context = new CUctx_st();
        CudaStatus.check(
                cudart.cuDevicePrimaryCtxRetain(context, device[0]), "cuDevicePrimaryCtxRetain", "GPU " + index);
        CudaDevice opened = new CudaDevice(device[0], context, readProperties(device[0]));
        opened.makeCurrent();
        return opened;
    }

    /**
     * Devices that this process sees, 0 only where none is installed.
     *
     * @throws JavelinException DEVICE_UNAVAILABLE if the driver or one of CUDA's libraries is missing or too old
     */
    public static int count() {
        CudaLibraries.require(CudaLibrary.forRunner());
        int status = cudart.cuInit(0);
        if (status == cudart.CUDA_ERROR_NO_DEVICE) {
            return 0;
        }
        if (status != cudart.CUDA_SUCCESS) {
            throw new JavelinException(
                    ErrorCode.DEVICE_UNAVAILABLE,
                    "the NVIDIA driver does not start: cuInit: " + CudaStatus.describe(status));
        }
        int[] deviceCount = new int[1];
        CudaStatus.check(cudart.cuDeviceGetCount(deviceCount), "cuDeviceGetCount", "all GPUs");
        return deviceCount[0];
    }

    /** What the device is. */
    public DeviceProperties properties() {
        return properties;
    }

    /** Makes it the calling thread's device. */
    public void makeCurrent() {
        CudaStatus.check(cudart.cuCtxSetCurrent(context), "cuCtxSetCurrent", properties.name());
    }

    /** Free and total memory now; the device must be current. */
    public MemoryInfo memory() {
        return currentMemory();
    }

    /** Free and total memory of the calling thread's device. */
    public static MemoryInfo currentMemory() {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            CudaStatus.check(cudart.cuMemGetInfo(free, total), "cuMemGetInfo", "current device");
            return new MemoryInfo(free.get(), total.get());
        }
    }

    /** Blocks until everything enqueued on the calling thread's device has completed. */
    public void synchronize() {
        CudaStatus.check(cudart.cuCtxSynchronize(), "cuCtxSynchronize", properties.name());
    }

    /** Gives the context back, and with the last one all that was allocated in it; streams and memory go first. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            @Nullable CUctx_st none = null;
            CudaStatus.check(cudart.cuCtxSetCurrent(none), "cuCtxSetCurrent", "none");
            CudaStatus.check(cudart.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease", properties.name());
        }
    }

    static int currentComputeMajor() {
        int[] device = new int[1];
        CudaStatus.check(cudart.cuCtxGetDevice(device), "cuCtxGetDevice", "current device");
        return attribute(device[0], cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    }

    /** Properties of a device, which needs no context. */
    static DeviceProperties readProperties(int device) {
        byte[] name = new byte[256];
        CudaStatus.check(cudart.cuDeviceGetName(name, name.length, device), "cuDeviceGetName", "GPU " + device);
        int[] driverVersion = new int[1];
        int[] runtimeVersion = new int[1];
        CudaStatus.check(cudart.cuDriverGetVersion(driverVersion), "cuDriverGetVersion", "driver");
        CudaStatus.check(cudart.cudaRuntimeGetVersion(runtimeVersion), "cudaRuntimeGetVersion", "runtime");
        try (SizeTPointer totalBytes = new SizeTPointer(1)) {
            CudaStatus.check(cudart.cuDeviceTotalMem(totalBytes, device), "cuDeviceTotalMem", "GPU " + device);
            return new DeviceProperties(
                    terminated(name),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                    totalBytes.get(),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
                    driverVersion[0],
                    runtimeVersion[0]);
        }
    }

    private static int attribute(int device, int id) {
        int[] value = new int[1];
        CudaStatus.check(cudart.cuDeviceGetAttribute(value, id, device), "cuDeviceGetAttribute", "attribute " + id);
        return value[0];
    }

    private static String terminated(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
