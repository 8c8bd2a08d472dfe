package dev.javelin.cuda.driver;

import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUlaunchAttribute;
import org.bytedeco.cuda.cudart.CUlaunchConfig;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;

/**
 * A queue of device work that runs in order, independent of the legacy default stream. Confined to the thread that made
 * it, on which its device is current.
 *
 * <p>Between {@link #beginCapture} and {@link #endCapture} work is recorded into a graph instead of run. Capture is
 * thread-local: it forbids calls that would break it (allocation, synchronising) to this thread only.
 */
public final class CudaStream implements AutoCloseable {
    /** Compute capability from which a kernel may start before its predecessor ends. */
    private static final int PROGRAMMATIC_COMPUTE_MAJOR = 9;

    private final CUstream_st handle;
    private final boolean programmaticSupported;
    private final CUlaunchAttribute attribute;
    private final CUlaunchConfig launchConfig;
    private boolean closed;

    private CudaStream(CUstream_st handle) {
        this.handle = handle;
        this.programmaticSupported = CudaDevice.currentComputeMajor() >= PROGRAMMATIC_COMPUTE_MAJOR;
        this.attribute = new CUlaunchAttribute(1);
        attribute.id(cudart.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION);
        attribute.value().programmaticStreamSerializationAllowed(1);
        this.launchConfig = new CUlaunchConfig(1);
        launchConfig.blockDimY(1).blockDimZ(1).hStream(handle).attrs(attribute).numAttrs(1);
    }

    /** A stream of the current device with the default priority. */
    public static CudaStream create() {
        return create(0);
    }

    /** A stream of the current device; a lower number goes first (0 is the lowest priority, -5 the highest). */
    public static CudaStream create(int priority) {
        CUstream_st handle = new CUstream_st();
        CudaStatus.check(
                cudart.cuStreamCreateWithPriority(handle, cudart.CU_STREAM_NON_BLOCKING, priority),
                "cuStreamCreateWithPriority",
                "priority " + priority);
        return new CudaStream(handle);
    }

    /** Blocks until everything enqueued has completed. */
    public void synchronize() {
        CudaStatus.check(cudart.cuStreamSynchronize(handle), "cuStreamSynchronize", "work of the stream");
    }

    /** Marks the present end of the queue. */
    public void record(CudaEvent event) {
        CudaStatus.check(cudart.cuEventRecord(event.handle(), handle), "cuEventRecord", "event");
    }

    /** Lets what is enqueued from now on wait for the event's last record. */
    public void await(CudaEvent event) {
        CudaStatus.check(cudart.cuStreamWaitEvent(handle, event.handle(), 0), "cuStreamWaitEvent", "event");
    }

    /** From now on work is recorded instead of run. */
    public void beginCapture() {
        CudaStatus.check(
                cudart.cuStreamBeginCapture(handle, cudart.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
                "cuStreamBeginCapture",
                "thread-local");
    }

    /** What was recorded since {@link #beginCapture}. */
    public CudaGraph endCapture() {
        CUgraph_st graph = new CUgraph_st();
        CudaStatus.check(cudart.cuStreamEndCapture(handle, graph), "cuStreamEndCapture", "captured work");
        return new CudaGraph(graph);
    }

    /** Records what {@code work} enqueues; where it throws, capture is ended before the exception goes on. */
    public CudaGraph capture(Runnable work) {
        beginCapture();
        boolean recorded = false;
        try {
            work.run();
            recorded = true;
        } finally {
            if (!recorded) {
                abandonCapture();
            }
        }
        return endCapture();
    }

    /** The stream as the bindings take it; it stays owned by this object. */
    public CUstream_st handle() {
        return handle;
    }

    boolean programmaticSupported() {
        return programmaticSupported;
    }

    /** The reusable description of a launch on this stream with the programmatic attribute set. */
    CUlaunchConfig launchConfig() {
        return launchConfig;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            launchConfig.close();
            attribute.close();
            CudaStatus.check(cudart.cuStreamDestroy(handle), "cuStreamDestroy", "stream");
        }
    }

    /** Takes the stream out of capture; a capture that went wrong gives no graph, and its status says nothing new. */
    private void abandonCapture() {
        CUgraph_st graph = new CUgraph_st();
        if (cudart.cuStreamEndCapture(handle, graph) == cudart.CUDA_SUCCESS && !graph.isNull()) {
            new CudaGraph(graph).close();
        }
    }
}
