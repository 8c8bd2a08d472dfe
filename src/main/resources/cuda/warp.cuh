// What threads tell each other: shuffles, votes, atomics, and reductions over lanes, warps and blocks (one-dimensional,
// a multiple of 32 threads). Every warp function must be reached by all lanes of the warp. `T` is a 4-byte type.
#pragma once
#include "ptx.cuh"

// The thread's place in its warp.
__device__ __forceinline__ int lane_index() {
    return (int)(threadIdx.x % WARP_LANES);
}

// The warp's place in its block.
__device__ __forceinline__ int warp_index() {
    return (int)(threadIdx.x / WARP_LANES);
}

// The value of lane (own lane ^ mask).
template <typename T>
__device__ __forceinline__ T shuffle_xor(T value, int mask) {
    return __shfl_xor_sync(0xffffffffu, value, mask);
}

// The value of the lane `lanes` below; the lowest keep their own.
template <typename T>
__device__ __forceinline__ T shuffle_up(T value, int lanes) {
    return __shfl_up_sync(0xffffffffu, value, lanes);
}

// The value of the lane `lanes` above; the highest keep their own.
template <typename T>
__device__ __forceinline__ T shuffle_down(T value, int lanes) {
    return __shfl_down_sync(0xffffffffu, value, lanes);
}

// The value of lane `lane`.
template <typename T>
__device__ __forceinline__ T shuffle_from(T value, int lane) {
    return __shfl_sync(0xffffffffu, value, lane);
}

// One bit for every lane where the condition holds.
__device__ __forceinline__ u32 warp_ballot(bool condition) {
    return __ballot_sync(0xffffffffu, condition);
}

// Whether it holds in some lane.
__device__ __forceinline__ bool any_lane(bool condition) {
    return __any_sync(0xffffffffu, condition) != 0;
}

// Whether it holds in every lane.
__device__ __forceinline__ bool all_lanes(bool condition) {
    return __all_sync(0xffffffffu, condition) != 0;
}

// The sum over aligned groups of N lanes (N = 2, 4, 8, 16, 32), in every lane.
template <int N>
__device__ __forceinline__ float group_sum(float value) {
#pragma unroll
    for (int mask = N / 2; mask > 0; mask /= 2) value += shuffle_xor(value, mask);
    return value;
}

// The largest of aligned groups of N lanes, in every lane.
template <int N>
__device__ __forceinline__ float group_max(float value) {
#pragma unroll
    for (int mask = N / 2; mask > 0; mask /= 2) value = fmaxf(value, shuffle_xor(value, mask));
    return value;
}

// The sum over the warp, in every lane.
__device__ __forceinline__ float warp_sum(float value) {
    return group_sum<WARP_LANES>(value);
}

// The largest of the warp, in every lane.
__device__ __forceinline__ float warp_max(float value) {
    return group_max<WARP_LANES>(value);
}

// The sum over the block, in every thread; `scratch` is 32 floats of shared memory, free again on return.
__device__ __forceinline__ float block_sum(float value, float* scratch) {
    value = warp_sum(value);
    if (lane_index() == 0) scratch[warp_index()] = value;
    sync_threads();
    value = lane_index() < (int)(blockDim.x / WARP_LANES) ? scratch[lane_index()] : 0.0f;
    value = warp_sum(value);
    sync_threads();
    return value;
}

// The largest of the block, in every thread; `scratch` as for block_sum.
__device__ __forceinline__ float block_max(float value, float* scratch) {
    value = warp_max(value);
    if (lane_index() == 0) scratch[warp_index()] = value;
    sync_threads();
    value = lane_index() < (int)(blockDim.x / WARP_LANES) ? scratch[lane_index()] : -infinity();
    value = warp_max(value);
    sync_threads();
    return value;
}

// Atomics on global or shared memory; each returns the value before.
__device__ __forceinline__ u32 atomic_add(u32* p, u32 value) {
    return atomicAdd(p, value);
}
__device__ __forceinline__ float atomic_add(float* p, float value) {
    return atomicAdd(p, value);
}
__device__ __forceinline__ i32 atomic_max(i32* p, i32 value) {
    return atomicMax(p, value);
}
__device__ __forceinline__ u32 atomic_max(u32* p, u32 value) {
    return atomicMax(p, value);
}
__device__ __forceinline__ i32 atomic_min(i32* p, i32 value) {
    return atomicMin(p, value);
}
__device__ __forceinline__ u32 atomic_min(u32* p, u32 value) {
    return atomicMin(p, value);
}
__device__ __forceinline__ u32 atomic_exchange(u32* p, u32 value) {
    return atomicExch(p, value);
}
// Stores `value` where *p equals `expected`.
__device__ __forceinline__ u32 atomic_cas(u32* p, u32 expected, u32 value) {
    return atomicCAS(p, expected, value);
}
