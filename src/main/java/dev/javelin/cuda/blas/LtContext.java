package dev.javelin.cuda.blas;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** cuBLASLt's handle with what all products share. Confined to its thread; owns its native objects. */
final class LtContext implements AutoCloseable {
    /** Buffers start at multiples of this, slices of them included. */
    static final int ALIGNMENT_BYTES = 16;

    private static final int[] ALIGNMENT_PREFERENCES = {
        cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
        cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
        cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES
    };

    private final int elementType;
    private final long workspaceBytes;
    private final cublasLtContext handle = new cublasLtContext();
    private final cublasLtMatmulDescOpaque_t product;
    private final cublasLtMatmulPreferenceOpaque_t preference;
    private final FloatPointer one = new FloatPointer(1.0f);
    private final FloatPointer zero = new FloatPointer(0.0f);
    private final DevicePointer w = new DevicePointer();
    private final DevicePointer x = new DevicePointer();
    private final DevicePointer y = new DevicePointer();
    private final DevicePointer workspace;

    LtContext(boolean elementF16, long workspaceAddress, long workspaceBytes) {
        this.elementType = elementF16 ? cudart.CUDA_R_16F : cudart.CUDA_R_16BF;
        this.workspace = new DevicePointer().at(workspaceAddress);
        this.workspaceBytes = workspaceBytes;
        LtStatus.check(cublas.cublasLtCreate(handle), "cublasLtCreate", "current device");
        this.product = createProduct();
        this.preference = createPreference(workspaceBytes);
    }

    /** The library's version, e.g. 130000. */
    static long version() {
        return cublas.cublasLtGetVersion();
    }

    LtLayouts layouts(MatmulShape shape) {
        return new LtLayouts(shape, elementType, shape.outF32() ? cudart.CUDA_R_32F : elementType);
    }

    /** What the library's heuristic offers, its favourite first; empty where it supports the shape in no way. */
    List<MatmulAlgorithm> candidates(LtLayouts layouts, int maxCount) {
        List<MatmulAlgorithm> candidates = new ArrayList<>();
        int[] found = new int[1];
        try (cublasLtMatmulHeuristicResult_t results = new cublasLtMatmulHeuristicResult_t(maxCount)) {
            int status = cublas.cublasLtMatmulAlgoGetHeuristic(
                    handle,
                    product,
                    layouts.w(),
                    layouts.x(),
                    layouts.y(),
                    layouts.y(),
                    preference,
                    maxCount,
                    results,
                    found);
            if (status == cublas.CUBLAS_STATUS_NOT_SUPPORTED) {
                return List.of();
            }
            LtStatus.check(status, "cublasLtMatmulAlgoGetHeuristic", maxCount + " candidates");
            for (int index = 0; index < found[0]; index++) {
                cublasLtMatmulHeuristicResult_t result = results.getPointer(index);
                if (result.state() == cublas.CUBLAS_STATUS_SUCCESS && result.workspaceSize() <= workspaceBytes) {
                    candidates.add(read(result.algo()));
                }
            }
        }
        return candidates;
    }

    /** Whether the plan's algorithm, wherever it was read, can compute its shape in our workspace. */
    boolean supports(MatmulPlan plan) {
        LtLayouts layouts = plan.layouts();
        try (cublasLtMatmulHeuristicResult_t result = new cublasLtMatmulHeuristicResult_t(1)) {
            int status = cublas.cublasLtMatmulAlgoCheck(
                    handle,
                    product,
                    layouts.w(),
                    layouts.x(),
                    layouts.y(),
                    layouts.y(),
                    plan.nativeAlgorithm(),
                    result);
            return status == cublas.CUBLAS_STATUS_SUCCESS && result.workspaceSize() <= workspaceBytes;
        }
    }

    /** Enqueues the product; addresses are checked by the caller. */
    void enqueue(CUstream_st stream, MatmulPlan plan, long xAddress, long wAddress, long yAddress) {
        LtLayouts layouts = plan.layouts();
        y.at(yAddress);
        int status = cublas.cublasLtMatmul(
                handle,
                product,
                one,
                w.at(wAddress),
                layouts.w(),
                x.at(xAddress),
                layouts.x(),
                plan.shape().accumulate() ? one : zero,
                y,
                layouts.y(),
                y,
                layouts.y(),
                plan.nativeAlgorithm(),
                workspace,
                workspaceBytes,
                stream);
        if (status != cublas.CUBLAS_STATUS_SUCCESS) {
            throw LtStatus.failure(status, "cublasLtMatmul", plan.shape().toString());
        }
    }

    @Override
    public void close() {
        LtStatus.check(cublas.cublasLtMatmulPreferenceDestroy(preference), "cublasLtMatmulPreferenceDestroy", "all");
        LtStatus.check(cublas.cublasLtMatmulDescDestroy(product), "cublasLtMatmulDescDestroy", "all");
        LtStatus.check(cublas.cublasLtDestroy(handle), "cublasLtDestroy", "handle");
        one.close();
        zero.close();
    }

    /** First operand transposed, second plain; products and sums in f32. */
    private static cublasLtMatmulDescOpaque_t createProduct() {
        cublasLtMatmulDescOpaque_t made;
        try (PointerPointer<cublasLtMatmulDescOpaque_t> out = new PointerPointer<>(1)) {
            LtStatus.check(
                    cublas.cublasLtMatmulDescCreate(out, cublas.CUBLAS_COMPUTE_32F, cudart.CUDA_R_32F),
                    "cublasLtMatmulDescCreate",
                    "f32 sums");
            made = out.get(cublasLtMatmulDescOpaque_t.class);
        }
        try (IntPointer transposed = new IntPointer(1)) {
            transposed.put(cublas.CUBLAS_OP_T);
            LtStatus.check(
                    cublas.cublasLtMatmulDescSetAttribute(
                            made, cublas.CUBLASLT_MATMUL_DESC_TRANSA, transposed, Integer.BYTES),
                    "cublasLtMatmulDescSetAttribute",
                    "first operand transposed");
        }
        return made;
    }

    private static cublasLtMatmulPreferenceOpaque_t createPreference(long maxWorkspaceBytes) {
        cublasLtMatmulPreferenceOpaque_t made;
        try (PointerPointer<cublasLtMatmulPreferenceOpaque_t> out = new PointerPointer<>(1)) {
            LtStatus.check(cublas.cublasLtMatmulPreferenceCreate(out), "cublasLtMatmulPreferenceCreate", "all");
            made = out.get(cublasLtMatmulPreferenceOpaque_t.class);
        }
        try (LongPointer limit = new LongPointer(1);
                IntPointer word = new IntPointer(1)) {
            limit.put(maxWorkspaceBytes);
            prefer(made, cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, limit, Long.BYTES);
            word.put(cublas.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
            prefer(made, cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, word, Integer.BYTES);
            word.put(ALIGNMENT_BYTES);
            for (int attribute : ALIGNMENT_PREFERENCES) {
                prefer(made, attribute, word, Integer.BYTES);
            }
        }
        return made;
    }

    private static void prefer(cublasLtMatmulPreferenceOpaque_t preference, int attribute, Pointer value, long bytes) {
        LtStatus.check(
                cublas.cublasLtMatmulPreferenceSetAttribute(preference, attribute, value, bytes),
                "cublasLtMatmulPreferenceSetAttribute",
                "attribute " + attribute);
    }

    private static MatmulAlgorithm read(cublasLtMatmulAlgo_t algorithm) {
        long[] words = new long[MatmulAlgorithm.WORDS];
        for (int index = 0; index < words.length; index++) {
            words[index] = algorithm.data(index);
        }
        return new MatmulAlgorithm(words);
    }
}
