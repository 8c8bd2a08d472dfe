// How fast the device reads its memory: the ceiling that a decode step is measured against.
//
// formula      *result += x, modulo 2^32, over all words of all vectors: an answer that needs every byte
// data         vectors [vectorCount] of 16 bytes, read once each; result [1] u32, to be zeroed before
// alignment    vectors 16 bytes
// launch       any one-dimensional grid of 256 threads; each thread takes every (grid * 256)-th vector, 8 at a time so
//              that 128 bytes of a thread are under way at once; blocks walk side by side, which keeps DRAM pages open
// source       the idea of STREAM (McCalpin 1995), reads only
#include "warp.cuh"

constexpr int UNROLL = 8;

__device__ __forceinline__ u32 word_sum(vec16 v) {
    return v.word[0] + v.word[1] + v.word[2] + v.word[3];
}

extern "C" __global__ void __launch_bounds__(256) read_bandwidth(const vec16* vectors, i64 vectorCount, u32* result) {
    i64 stride = (i64)gridDim.x * blockDim.x;
    i64 index = (i64)blockIdx.x * blockDim.x + threadIdx.x;
    u32 sum = 0;
    for (; index + (UNROLL - 1) * stride < vectorCount; index += UNROLL * stride) {
        vec16 v[UNROLL];
#pragma unroll
        for (int i = 0; i < UNROLL; i++) {
            v[i] = load16_stream(vectors + index + i * stride);
        }
#pragma unroll
        for (int i = 0; i < UNROLL; i++) {
            sum += word_sum(v[i]);
        }
    }
    for (; index < vectorCount; index += stride) {
        sum += word_sum(load16_stream(vectors + index));
    }
    for (int mask = WARP_LANES / 2; mask > 0; mask /= 2) {
        sum += shuffle_xor(sum, mask);
    }
    if (lane_index() == 0) {
        atomic_add(result, sum);
    }
}
