// Norms over the rows of a matrix.
//
//   RMS norm:                  out = E(x * rsqrt(mean(x^2) + eps) * (weight + weightOffset))
//   LayerNorm (-DLAYER_NORM):  out = E((x - mean) * rsqrt(mean((x - mean)^2) + eps) * (weight + weightOffset) + bias)
//   add_norm_rows first:       residual = E(residual + delta), and norms what it stored
//
//   x, residual, delta, out  [rows, HIDDEN] E; out may be x where rowIndices is null
//   rowIndices               [rows] i32 or null: which row of x gives row r of out, negative for zeros (padding)
//   weight, bias             [HIDDEN] E; bias may be null
//   eps, weightOffset        f32; weightOffset is 1 for Gemma
//
// Row-major, dense, 16-byte aligned. Accumulation f32; LayerNorm takes the mean first and then the squares of the
// differences, from registers.
//
// Launch: one block of 256 threads a row.
// Constants: HIDDEN (a multiple of 8), LAYER_NORM, ELEMENT_F16.
// Source: Zhang and Sennrich 2019, Root Mean Square Layer Normalization; Ba et al. 2016, Layer Normalization.
#include "norm.cuh"

static_assert(HIDDEN % VEC_ELEMS == 0, "rows are read 16 bytes at a time");
constexpr int ROW_VECS = HIDDEN / VEC_ELEMS;
constexpr int THREAD_VECS = (ROW_VECS + NORM_THREADS - 1) / NORM_THREADS;

// The place of the thread's vector j in the row, and whether the row has it.
__device__ __forceinline__ int row_vec(int j) {
    return (int)threadIdx.x + j * NORM_THREADS;
}

__device__ __forceinline__ bool has_vec(int j) {
    return (j + 1) * NORM_THREADS <= ROW_VECS || row_vec(j) < ROW_VECS;
}

// The sum over the block of one number a thread; each sum wants NORM_WARPS floats of shared memory of its own.
__device__ __forceinline__ float row_sum(float value, float* scratch) {
    value = warp_sum(value);
    if (lane_index() == 0) scratch[warp_index()] = value;
    sync_threads();
    return sum_of_warps(scratch);
}

// Norms the row that the block's threads hold. `scratch`: 2 * NORM_WARPS floats of shared memory.

#ifdef LAYER_NORM
__device__ __forceinline__ void norm_row(
    vec16 (&v)[THREAD_VECS], const vec16* weight, const vec16* bias, vec16* out, float eps, float weightOffset,
    float* scratch) {
    float sum = 0.0f;
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) {
        float x[8];
        unpack8(v[j], x);
#pragma unroll
        for (int i = 0; i < 8; i++) sum += x[i];
    }
    const float mean = row_sum(sum, scratch) / (float)HIDDEN;
    float square = 0.0f;
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) {
        float x[8];
        unpack8(v[j], x);
#pragma unroll
        for (int i = 0; i < 8; i++) square = has_vec(j) ? fmaf(x[i] - mean, x[i] - mean, square) : square;
    }
    const float scale = fast_rsqrt(row_sum(square, scratch + NORM_WARPS) / (float)HIDDEN + eps);
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) {
        if (!has_vec(j)) continue;
        float x[8], w[8], b[8];
        unpack8(v[j], x);
        unpack8(weight[row_vec(j)], w);
        unpack8(bias ? bias[row_vec(j)] : zero16(), b);
#pragma unroll
        for (int i = 0; i < 8; i++) x[i] = (x[i] - mean) * scale * (w[i] + weightOffset) + b[i];
        out[row_vec(j)] = pack8(x);
    }
}
#else
__device__ __forceinline__ void norm_row(
    vec16 (&v)[THREAD_VECS], const vec16* weight, const vec16*, vec16* out, float eps, float weightOffset,
    float* scratch) {
    float square = 0.0f;
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) square = add_squares(square, v[j]);
    const float scale = inverse_rms(row_sum(square, scratch), HIDDEN, eps);
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) {
        if (has_vec(j)) out[row_vec(j)] = scale_by_weight(v[j], scale, weight[row_vec(j)], weightOffset);
    }
}
#endif

extern "C" __global__ void __launch_bounds__(NORM_THREADS) norm_rows(
    const vec16* x, const i32* rowIndices, const vec16* weight, const vec16* bias, vec16* out, float eps,
    float weightOffset) {
    __shared__ float scratch[2 * NORM_WARPS];
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 row = blockIdx.x;
    const i64 source = rowIndices ? rowIndices[row] : row;
    out += row * ROW_VECS;
    if (source < 0) {
        for (int i = threadIdx.x; i < ROW_VECS; i += NORM_THREADS) out[i] = zero16();
        return;
    }
    vec16 v[THREAD_VECS];
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) v[j] = has_vec(j) ? x[source * ROW_VECS + row_vec(j)] : zero16();
    norm_row(v, weight, bias, out, eps, weightOffset, scratch);
}

extern "C" __global__ void __launch_bounds__(NORM_THREADS) add_norm_rows(
    vec16* residual, const vec16* delta, const vec16* weight, const vec16* bias, vec16* out, float eps,
    float weightOffset) {
    __shared__ float scratch[2 * NORM_WARPS];
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 first = (i64)blockIdx.x * ROW_VECS;
    vec16 v[THREAD_VECS];
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) {
        v[j] = zero16();
        if (!has_vec(j)) continue;
        float sum[8], added[8];
        unpack8(residual[first + row_vec(j)], sum);
        unpack8(delta[first + row_vec(j)], added);
#pragma unroll
        for (int i = 0; i < 8; i++) sum[i] += added[i];
        v[j] = pack8(sum);
        residual[first + row_vec(j)] = v[j];
    }
    norm_row(v, weight, bias, out + first, eps, weightOffset, scratch);
}
