package dev.javelin.cuda.runner;

import dev.javelin.cuda.blas.MatmulChoices;
import dev.javelin.cuda.blas.Matmuls;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.kernel.Sampling;
import dev.javelin.cuda.kernel.SamplingLogprobs;
import dev.javelin.cuda.kernel.SamplingOutput;
import dev.javelin.cuda.kernel.SamplingState;
import dev.javelin.cuda.kernel.SkinnyGemm;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.model.ModelSpec;
import java.util.List;

/**
 * The device memory of steps, one arena, and what computes in it: everything that has a fixed address and is neither
 * weights nor cache. Confined to the engine thread after the build; whoever builds it owns its resources.
 */
final class StepMemory {
    private static final int ALIGNMENT_SLACK_BYTES = 64 * 256;

    private final DeviceArena arena;
    private final StepArrays arrays;
    private final Workspace space;
    private final List<QueryTiles> tiles;
    private final DeviceBuffer scoreLogits;
    private final SamplingOutput output;
    private final SamplingLogprobs logprobs;
    private final SampleStage sampleStage;
    private final ForwardPass.Kernels kernels;

    /**
     * What decides how large it is.
     *
     * @param spec the model
     * @param type of elements
     * @param settings sequences and tokens of a step
     * @param kernels attention and elementwise kernels
     * @param device the GPU
     * @param compiler for the kernels of sampling and products
     * @param choices of the library's algorithms that were found earlier
     * @param stream where scratch memory is emptied
     */
    record Parts(
            ModelSpec spec,
            ElementType type,
            CudaSettings settings,
            RunnerKernels kernels,
            DeviceProperties device,
            KernelCompiler compiler,
            MatmulChoices choices,
            CudaStream stream) {}

    /**
     * Reserves and wires it.
     *
     * @param parts what decides how large it is
     * @param owned takes over what is to be closed
     * @throws dev.javelin.error.JavelinException OUT_OF_MEMORY if the GPU has no room for it
     */
    StepMemory(Parts parts, OwnedResources owned) {
        ModelSpec spec = parts.spec();
        int maxRows = parts.settings().maxSlots();
        int maxTokens = parts.settings().maxStepTokens();
        int vocabulary = spec.vocabularyTokens();
        StepArrays.Sizes sizes = sizes(parts);
        arena = owned.own(DeviceArena.reserve(bytes(parts), "workspace"));
        arrays = StepArrays.take(arena, sizes, parts.stream());
        space = Workspace.take(arena, spec, parts.type(), maxTokens, logitRows(maxRows));
        tiles = parts.kernels().tileLengths().stream()
                .map(length -> QueryTiles.take(arena, maxTokens, maxRows, length))
                .toList();
        DeviceBuffer skinnyWorkspace = arena.take(SkinnyGemm.workspaceBytes(parts.device()), "few-row partials");
        DeviceBuffer matmulWorkspace = arena.take(Matmuls.WORKSPACE_BYTES, "workspace of cublasLt");
        scoreLogits = arena.take((long) ScorePass.AT_ONCE * vocabulary * Float.BYTES, "score logits");
        output = new SamplingOutput(
                arena.take(SamplingOutput.bytes(maxRows, maxRows + maxTokens), "output"), maxRows, maxRows + maxTokens);
        SamplingState state = owned.own(new SamplingState(parts.compiler(), arena, maxRows, vocabulary));
        Sampling sampling =
                owned.own(new Sampling(parts.compiler(), parts.device(), arena, state, maxRows, parts.stream()));
        logprobs = owned.own(
                new SamplingLogprobs(parts.compiler(), arena, vocabulary, logitRows(maxRows), parts.stream()));
        sampleStage = new SampleStage(
                new SampleStage.Kernels(sampling, state, logprobs), output, arrays, space.logits(), vocabulary);
        Products products = owned.own(new Products(
                new SkinnyGemm(parts.compiler(), parts.type(), parts.device(), skinnyWorkspace, parts.stream()),
                owned.own(new Matmuls(parts.type() == ElementType.F16, matmulWorkspace, parts.choices())),
                new Products.Separate(
                        parts.kernels().norm(), parts.kernels().activations(), space.normed(), space.gateUp()),
                parts.device()));
        kernels = new ForwardPass.Kernels(
                parts.kernels().prepare(),
                parts.kernels().embedding(),
                parts.kernels().norm(),
                products);
    }

    private static StepArrays.Sizes sizes(Parts parts) {
        int groups = parts.spec().cacheGroups().size();
        int tableStride = Math.ceilDiv(parts.settings().contextTokens(), KvMemory.BLOCK_TOKENS);
        int maxRows = parts.settings().maxSlots();
        int maxTokens = parts.settings().maxStepTokens();
        return new StepArrays.Sizes(
                StepInput.maxWords(maxRows, groups, tableStride, maxTokens), maxRows, maxTokens, groups, tableStride);
    }

    private static long bytes(Parts parts) {
        int maxRows = parts.settings().maxSlots();
        int maxTokens = parts.settings().maxStepTokens();
        int vocabulary = parts.spec().vocabularyTokens();
        return sizes(parts).bytes()
                + Workspace.bytes(parts.spec(), parts.type(), maxTokens, logitRows(maxRows))
                + parts.kernels().tileLengths().stream()
                        .mapToLong(length -> QueryTiles.bytes(maxTokens, maxRows, length))
                        .sum()
                + SkinnyGemm.workspaceBytes(parts.device())
                + Matmuls.WORKSPACE_BYTES
                + (long) ScorePass.AT_ONCE * vocabulary * Float.BYTES
                + SamplingOutput.bytes(maxRows, maxRows + maxTokens)
                + SamplingState.deviceBytes(maxRows, vocabulary)
                + Sampling.deviceBytes(maxRows)
                + SamplingLogprobs.deviceBytes(vocabulary, logitRows(maxRows))
                + ALIGNMENT_SLACK_BYTES;
    }

    /** Rows that pass the head at once: those that sample, or positions that are scored. */
    private static int logitRows(int maxRows) {
        return Math.max(maxRows, ScorePass.AT_ONCE);
    }

    long bytes() {
        return arena.totalBytes();
    }

    StepArrays arrays() {
        return arrays;
    }

    Workspace space() {
        return space;
    }

    List<QueryTiles> tiles() {
        return tiles;
    }

    DeviceBuffer scoreLogits() {
        return scoreLogits;
    }

    SamplingOutput output() {
        return output;
    }

    SamplingLogprobs logprobs() {
        return logprobs;
    }

    SampleStage sampleStage() {
        return sampleStage;
    }

    ForwardPass.Kernels kernels() {
        return kernels;
    }
}
