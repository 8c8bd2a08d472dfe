package dev.javelin.cuda.runner;

import dev.javelin.cuda.blas.MatmulShape;
import dev.javelin.cuda.blas.Matmuls;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.kernel.Activation;
import dev.javelin.cuda.kernel.ActivationKernel;
import dev.javelin.cuda.kernel.AttentionShape;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.kernel.NormKernel;
import dev.javelin.cuda.kernel.NormParameters;
import dev.javelin.cuda.kernel.SkinnyGemm;
import dev.javelin.cuda.kernel.SkinnyInput;
import dev.javelin.cuda.kernel.SkinnyProduct;
import dev.javelin.cuda.kernel.SkinnyShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one place that chooses the kernel for a matrix product, from the number of tokens and the shape. Confined to the
 * engine thread.
 *
 * <pre>
 * few tokens    our own kernels, bound by reading the weights once; norm, residual and activation are part of them
 * more          cublasLt, with norm and activation as kernels of their own; the residual is its accumulator
 * </pre>
 */
final class Products implements AutoCloseable {
    /** Tokens up to which our own kernels win. */
    private static final int MOST_SKINNY_ROWS = 32;

    private final SkinnyGemm skinny;
    private final Matmuls matmuls;
    private final Separate separate;
    private final DeviceProperties device;
    private final int mostSkinnyRows;
    private final Map<SkinnyShape, SkinnyProduct> compiled = new HashMap<>();

    /**
     * What is needed where norm and activation are kernels of their own.
     *
     * @param norm over the hidden size
     * @param activations between gate and up, by intermediate size
     * @param normed E [T, C], overwritten by each product that norms
     * @param gateUp E [T, 2 * I], overwritten by each gated product
     */
    record Separate(
            NormKernel norm, Map<Integer, ActivationKernel> activations, DeviceBuffer normed, DeviceBuffer gateUp) {
        ActivationKernel activation(int width) {
            ActivationKernel activation = activations.get(width);
            if (activation == null) {
                throw new IllegalArgumentException("no activation of " + width + " elements is compiled");
            }
            return activation;
        }
    }

    /**
     * Tokens that are normed before they are multiplied.
     *
     * @param residual E [tokens, C]
     * @param norm how
     * @param tokens rows
     */
    record Input(DeviceBuffer residual, NormParameters norm, int tokens) {}

    /**
     * A weight.
     *
     * @param weights E [outputs, inputs]
     * @param outputs rows; of a gated product those of gate and up together
     * @param inputs columns
     */
    record Matrix(DeviceBuffer weights, int outputs, int inputs) {}

    /**
     * A chooser.
     *
     * @param skinny our own kernels
     * @param matmuls the library
     * @param separate kernels and buffers beside the library
     * @param device what it runs on
     */
    Products(SkinnyGemm skinny, Matmuls matmuls, Separate separate, DeviceProperties device) {
        this.skinny = skinny;
        this.matmuls = matmuls;
        this.separate = separate;
        this.device = device;
        this.mostSkinnyRows = mostSkinnyRows(device);
    }

    /** {@code out = norm(x) * w^T}. */
    void normed(CudaStream stream, Input input, Matrix matrix, DeviceBuffer out) {
        SkinnyShape plain = SkinnyShape.elements(matrix.outputs(), matrix.inputs());
        if (input.tokens() <= mostNormedRows(matrix)) {
            normedSkinny(stream, plain.normed(), input, matrix, out);
        } else {
            multiply(stream, norm(stream, input), input.tokens(), plain, matrix, out);
        }
    }

    /** {@code out = act(norm(x) * gate^T) * (norm(x) * up^T)}. */
    void gated(CudaStream stream, Input input, Matrix matrix, DeviceBuffer out) {
        int tokens = input.tokens();
        SkinnyShape gated = SkinnyShape.gated(matrix.outputs() / 2, matrix.inputs(), Activation.SILU);
        if (tokens <= mostNormedRows(matrix)) {
            normedSkinny(stream, gated.normed(), input, matrix, out);
        } else if (tokens <= mostSkinnyRows) {
            product(gated, mostSkinnyRows).launch(stream, norm(stream, input), matrix.weights(), out, tokens);
        } else {
            DeviceBuffer normed = norm(stream, input);
            MatmulShape shape = MatmulShape.of(
                    padded(tokens, normed, separate.gateUp(), matrix, Short.BYTES), matrix.outputs(), matrix.inputs());
            library(stream, normed, matrix, separate.gateUp(), shape);
            separate.activation(gated.outputs()).gated(stream, separate.gateUp(), out, tokens);
        }
    }

    /** {@code residual += x * w^T}. */
    void addTo(CudaStream stream, DeviceBuffer x, int tokens, Matrix matrix, DeviceBuffer residual) {
        multiply(stream, x, tokens, SkinnyShape.residual(matrix.outputs(), matrix.inputs()), matrix, residual);
    }

    /** {@code logits = x * w^T}, f32. */
    void logits(CudaStream stream, DeviceBuffer x, int rows, Matrix matrix, DeviceBuffer logits) {
        multiply(stream, x, rows, SkinnyShape.floats(matrix.outputs(), matrix.inputs()), matrix, logits);
    }

    private int mostNormedRows(Matrix matrix) {
        return mostNormedRows(device, matrix.inputs());
    }

    private static int mostNormedRows(DeviceProperties device, int inputs) {
        return Math.min(mostSkinnyRows(device), SkinnyGemm.maxNormedRows(device, inputs));
    }

    private static int mostSkinnyRows(DeviceProperties device) {
        return Math.min(MOST_SKINNY_ROWS, SkinnyGemm.maxRows(device));
    }

    /** The kernels that a model's products compile. */
    static Set<KernelSource> sources(ModelSpec spec, ElementType type, DeviceProperties device) {
        int hidden = spec.hiddenSize();
        int most = mostSkinnyRows(device);
        int mostNormed = mostNormedRows(device, hidden);
        Set<KernelSource> sources = new LinkedHashSet<>(
                SkinnyGemm.sources(type, device, SkinnyShape.floats(spec.vocabularyTokens(), hidden), most));
        for (LayerSpec layer : spec.layers()) {
            AttentionShape attention = RunnerKernels.shape(layer.attention());
            int intermediate = layer.mlp().intermediateSize();
            SkinnyShape qkv = SkinnyShape.elements(attention.qkvElements(), hidden);
            SkinnyShape gated = SkinnyShape.gated(intermediate, hidden, Activation.SILU);
            if (mostNormed > 0) {
                sources.addAll(SkinnyGemm.sources(type, device, qkv.normed(), mostNormed));
                sources.addAll(SkinnyGemm.sources(type, device, gated.normed(), mostNormed));
            }
            for (SkinnyShape shape : List.of(
                    qkv,
                    gated,
                    SkinnyShape.residual(hidden, attention.attendedElements()),
                    SkinnyShape.residual(hidden, intermediate))) {
                sources.addAll(SkinnyGemm.sources(type, device, shape, most));
            }
        }
        return sources;
    }

    private DeviceBuffer norm(CudaStream stream, Input input) {
        separate.norm().norm(stream, input.residual(), input.norm(), separate.normed(), input.tokens());
        return separate.normed();
    }

    private void normedSkinny(CudaStream stream, SkinnyShape shape, Input input, Matrix matrix, DeviceBuffer out) {
        product(shape, mostNormedRows(matrix))
                .launchNormed(
                        stream, SkinnyInput.of(input.residual(), input.norm()), matrix.weights(), out, input.tokens());
    }

    private void multiply(
            CudaStream stream, DeviceBuffer x, int tokens, SkinnyShape shape, Matrix matrix, DeviceBuffer out) {
        if (tokens <= mostSkinnyRows) {
            product(shape, mostSkinnyRows).launch(stream, x, matrix.weights(), out, tokens);
        } else {
            int outBytes = shape.output() == SkinnyShape.Output.FLOATS ? Float.BYTES : Short.BYTES;
            MatmulShape plain =
                    MatmulShape.of(padded(tokens, x, out, matrix, outBytes), matrix.outputs(), matrix.inputs());
            MatmulShape wanted = switch (shape.output()) {
                case ELEMENTS -> plain;
                case FLOATS -> plain.toF32();
                case RESIDUAL -> plain.accumulating();
                case GATED -> throw new IllegalArgumentException("the library has no gated product");
            };
            library(stream, x, matrix, out, wanted);
        }
    }

    /**
     * The library prepares itself for each number of rows, so these come in steps, as far as the buffers reach: rows
     * beyond the tokens are computed from whatever is there, and never read.
     */
    private static int padded(int tokens, DeviceBuffer x, DeviceBuffer out, Matrix matrix, int outBytes) {
        long most = Math.min(
                x.bytes() / ((long) matrix.inputs() * Short.BYTES), out.bytes() / ((long) matrix.outputs() * outBytes));
        return (int) Math.min(most, roundedUp(tokens));
    }

    /** The steps: at most an eighth more from 64 tokens on. */
    static int roundedUp(int tokens) {
        int step = Math.max(8, Math.min(256, Integer.highestOneBit(tokens) / 8));
        return Math.ceilDiv(tokens, step) * step;
    }

    private void library(CudaStream stream, DeviceBuffer x, Matrix matrix, DeviceBuffer out, MatmulShape shape) {
        matmuls.run(stream, matmuls.plan(shape), x, matrix.weights(), out);
    }

    private SkinnyProduct product(SkinnyShape shape, int mostRows) {
        return compiled.computeIfAbsent(shape, missing -> skinny.product(missing, mostRows));
    }

    @Override
    public void close() {
        compiled.values().forEach(SkinnyProduct::close);
        compiled.clear();
    }
}
