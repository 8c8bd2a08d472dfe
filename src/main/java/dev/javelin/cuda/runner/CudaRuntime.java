package dev.javelin.cuda.runner;

import dev.javelin.backend.CachePlan;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.StepPlan;
import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.CopyBlocksKernel;
import dev.javelin.cuda.kernel.SamplingOutput;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The parts of a runner, wired, and the order of a step's work. Confined to the engine thread.
 *
 * <pre>
 * stream:  copy input | change slots | copy blocks | forward pass (graph or launches) | scores | draw | copy output
 *          '--------------------------- launch ----------------------------------------'        '----- sample ---'
 * </pre>
 */
final class CudaRuntime implements AutoCloseable {
    private final Parts parts;
    private final RunnerDescription description;
    private final ArrayDeque<StepSlot> freeSlots;
    private final OwnedResources owned;

    /**
     * What a step needs.
     *
     * @param device the GPU
     * @param stream everything runs on it, in order
     * @param slots the host's view of every slot
     * @param input packs plans
     * @param arrays what the device unpacks them into
     * @param forward the layers
     * @param graphs recorded decodes
     * @param scores log-probabilities of given tokens
     * @param sampleStage draws
     * @param output what comes down
     * @param tiles cuts long rows into tiles for attention
     * @param copyBlocks copies cache blocks
     * @param caches of each cache group, the addresses of its layers' keys and values
     */
    record Parts(
            CudaDevice device,
            CudaStream stream,
            SlotShadows slots,
            StepInput input,
            StepArrays arrays,
            ForwardPass forward,
            DecodeGraphs graphs,
            ScorePass scores,
            SampleStage sampleStage,
            SamplingOutput output,
            List<QueryTiles> tiles,
            CopyBlocksKernel copyBlocks,
            List<DeviceBuffer> caches) {}

    /**
     * A runtime.
     *
     * @param parts what a step needs
     * @param description what the runner is
     * @param stepSlots host memory, one for each step in flight
     * @param owned everything to close
     */
    CudaRuntime(Parts parts, RunnerDescription description, List<StepSlot> stepSlots, OwnedResources owned) {
        this.parts = parts;
        this.description = description;
        this.freeSlots = new ArrayDeque<>(stepSlots);
        this.owned = owned;
    }

    RunnerDescription description() {
        return description;
    }

    CudaStream stream() {
        return parts.stream();
    }

    SlotShadows slots() {
        return parts.slots();
    }

    SampleStage sampleStage() {
        return parts.sampleStage();
    }

    SamplingOutput output() {
        return parts.output();
    }

    void makeCurrent() {
        parts.device().makeCurrent();
    }

    /** Enqueues a plan's forward pass. */
    PendingStep launch(StepPlan plan) {
        StepSlot slot = freeSlots.poll();
        if (slot == null) {
            throw new IllegalStateException("more than " + description.maxStepsInFlight() + " steps are in flight");
        }
        slot.reuse();
        CudaStream stream = parts.stream();
        parts.slots().apply(plan.slotOps());
        StepInput.Packed packed = parts.input().pack(plan, slot.input().segment());
        stream.record(slot.started());
        DeviceCopies.toDevice(
                stream, parts.arrays().all().input(), slot.input(), 0, (long) packed.words() * Integer.BYTES);
        parts.sampleStage().prepare(stream, parts.slots(), slot.staging());
        copyBlocks(stream);
        StepShape shape = forward(plan, packed, slot);
        CudaStep step = new CudaStep(plan, slot, this, shape.sampleCount());
        if (ScorePass.wanted(plan) > 0) {
            parts.scores().run(stream, plan, parts.slots(), parts.output(), step.drawnLogprobs(), slot.staging());
        }
        return step;
    }

    private void copyBlocks(CudaStream stream) {
        for (SlotShadows.BlockCopy copy : parts.slots().blockCopies()) {
            CachePlan plan = description.cachePlans().get(copy.cacheGroupId());
            long layerBlockBytes =
                    plan.blockBytes() / (2L * plan.group().layerIndexes().size());
            parts.copyBlocks()
                    .launch(
                            stream,
                            parts.caches().get(copy.cacheGroupId()),
                            copy.fromBlockId(),
                            copy.toBlockId(),
                            layerBlockBytes);
        }
    }

    private StepShape forward(StepPlan plan, StepInput.Packed packed, StepSlot slot) {
        int rows = plan.rows().size();
        if (rows > 0 && packed.singleRows() == rows) {
            int bucket = parts.graphs().bucket(rows);
            parts.graphs().launch(parts.stream(), bucket);
            return StepShape.decode(bucket);
        }
        for (QueryTiles tiles : parts.tiles()) {
            tiles.upload(parts.stream(), plan.rows(), packed.singleRows(), slot.staging());
        }
        StepShape shape = new StepShape(rows, plan.tokenCount(), packed.singleRows(), packed.sampleCount());
        parts.forward().run(parts.stream(), shape);
        return shape;
    }

    /** A step has ended and been read. */
    void onEnded(StepSlot slot) {
        freeSlots.add(slot);
    }

    @Override
    public void close() {
        parts.stream().synchronize();
        owned.close();
    }
}
