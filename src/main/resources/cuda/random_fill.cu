// Fills a weight with the random values that dev.javelin.model.WeightContent.Random defines, to the bit.
//
//   bits   = SplitMix64's finaliser of (seed + (i + 1) * 0x9E3779B97F4A7C15)      Steele, Lea and Flood 2014
//   out[i] = mean + scale * (sum of the four 16-bit quarters of bits - 131070), rounded to elem
//
// out: count elements. Launch: any grid of 256 threads, grid-stride.
#include "ptx.cuh"

extern "C" __global__ void random_fill(elem* out, u64 count, u64 seed, float mean, float scale) {
    const u64 step = (u64)gridDim.x * blockDim.x;
    for (u64 i = (u64)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
        u64 bits = seed + (i + 1) * 0x9E3779B97F4A7C15ULL;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
        bits ^= bits >> 31;
        const i32 sum = (i32)(bits & 0xffff) + (i32)((bits >> 16) & 0xffff) + (i32)((bits >> 32) & 0xffff) + (i32)(bits >> 48);
        out[i] = to_elem(__fadd_rn(mean, __fmul_rn(scale, (float)(sum - 131070))));
    }
}
