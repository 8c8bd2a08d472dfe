package dev.javelin.cuda.driver;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.global.cudart;

/**
 * A runnable graph. Confined to the thread that made it; two launches of one never run at once (the second waits for
 * the first, whatever the streams).
 */
public final class CudaGraphExec implements AutoCloseable {
    private final CUgraphExec_st handle;
    private boolean closed;

    CudaGraphExec(CUgraphExec_st handle) {
        this.handle = handle;
    }

    /** Enqueues the whole graph. */
    public void launch(CudaStream stream) {
        CudaStatus.check(cudart.cuGraphLaunch(handle, stream.handle()), "cuGraphLaunch", "graph");
    }

    /** Brings it to the device ahead of the first launch. */
    public void upload(CudaStream stream) {
        CudaStatus.check(cudart.cuGraphUpload(handle, stream.handle()), "cuGraphUpload", "graph");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CudaStatus.check(cudart.cuGraphExecDestroy(handle), "cuGraphExecDestroy", "graph");
        }
    }
}
