package dev.javelin.cuda.driver;

import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.global.cudart;

/**
 * A mark in a stream that others can wait for. Confined to threads on which its device is current, one at a time;
 * {@link #isDone} and {@link #synchronize} may be called by any thread.
 */
public final class CudaEvent implements AutoCloseable {
    private final CUevent_st handle;
    private boolean closed;

    private CudaEvent(CUevent_st handle) {
        this.handle = handle;
    }

    /** A new event of the current device; one that cannot time is cheaper. */
    public static CudaEvent create(boolean timing) {
        CUevent_st handle = new CUevent_st();
        int flags = timing ? cudart.CU_EVENT_DEFAULT : cudart.CU_EVENT_DISABLE_TIMING;
        CudaStatus.check(cudart.cuEventCreate(handle, flags), "cuEventCreate", "timing " + timing);
        return new CudaEvent(handle);
    }

    /** Whether everything before the mark has completed; also true where it was never recorded. */
    public boolean isDone() {
        int status = cudart.cuEventQuery(handle);
        if (status == cudart.CUDA_ERROR_NOT_READY) {
            return false;
        }
        CudaStatus.check(status, "cuEventQuery", "work before the event");
        return true;
    }

    /** Blocks until everything before the mark has completed. */
    public void synchronize() {
        CudaStatus.check(cudart.cuEventSynchronize(handle), "cuEventSynchronize", "work before the event");
    }

    /** Milliseconds between two completed timing events, with a resolution of about half a microsecond. */
    public float millisSince(CudaEvent start) {
        float[] millis = new float[1];
        CudaStatus.check(
                cudart.cuEventElapsedTime(millis, start.handle, handle), "cuEventElapsedTime", "two timing events");
        return millis[0];
    }

    CUevent_st handle() {
        return handle;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CudaStatus.check(cudart.cuEventDestroy(handle), "cuEventDestroy", "event");
        }
    }
}
