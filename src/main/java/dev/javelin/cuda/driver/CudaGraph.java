package dev.javelin.cuda.driver;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/** Captured work, not yet runnable; may be closed once instantiated. Confined to the thread that captured it. */
public final class CudaGraph implements AutoCloseable {
    private final CUgraph_st handle;
    private boolean closed;

    CudaGraph(CUgraph_st handle) {
        this.handle = handle;
    }

    /** Makes it runnable: most of a graph's cost, in time and in device memory. */
    public CudaGraphExec instantiate() {
        CUgraphExec_st exec = new CUgraphExec_st();
        CudaStatus.check(cudart.cuGraphInstantiate(exec, handle, 0), "cuGraphInstantiate", "captured graph");
        return new CudaGraphExec(exec);
    }

    /** Nodes: kernels, copies, fills, empty ones. */
    public long nodeCount() {
        try (SizeTPointer count = new SizeTPointer(1)) {
            @Nullable CUgraphNode_st countOnly = null;
            CudaStatus.check(cudart.cuGraphGetNodes(handle, countOnly, count), "cuGraphGetNodes", "captured graph");
            return count.get();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CudaStatus.check(cudart.cuGraphDestroy(handle), "cuGraphDestroy", "graph");
        }
    }
}
