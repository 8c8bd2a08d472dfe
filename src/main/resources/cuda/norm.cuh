// The norms' arithmetic, shared by norm.cu and the prologue of skinny_gemm.cu, so that both give the same bits: which
// thread adds which elements, and in which order, is fixed here. 256 threads work on a row; thread i has the row's
// 16-byte vectors i, i + 256, ...
#pragma once
#include "warp.cuh"

constexpr int NORM_THREADS = 256;
constexpr int NORM_WARPS = NORM_THREADS / WARP_LANES;

// Adds the sum of the squares of 8 elements, first to last.
__device__ __forceinline__ float add_squares(float sum, vec16 v) {
    float x[8];
    unpack8(v, x);
#pragma unroll
    for (int i = 0; i < 8; i++) sum = fmaf(x[i], x[i], sum);
    return sum;
}

// The sum of one number for each warp.
__device__ __forceinline__ float sum_of_warps(const float* warps) {
    float sum = warps[0];
#pragma unroll
    for (int i = 1; i < NORM_WARPS; i++) sum += warps[i];
    return sum;
}

// 1 / root mean square.
__device__ __forceinline__ float inverse_rms(float squares, int width, float eps) {
    return fast_rsqrt(squares / (float)width + eps);
}

// E(x * scale * (weight + offset)) of 8 elements, rounded once.
__device__ __forceinline__ vec16 scale_by_weight(vec16 v, float scale, vec16 weight, float offset) {
    float x[8], w[8];
    unpack8(v, x);
    unpack8(weight, w);
#pragma unroll
    for (int i = 0; i < 8; i++) x[i] = x[i] * scale * (w[i] + offset);
    return pack8(x);
}
