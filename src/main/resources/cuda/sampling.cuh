// What the sampling kernels share: the parameters of a slot, the exponential of the CPU runner, keys that order logits,
// and weights as fixed-point numbers. Layouts are repeated in dev.javelin.cuda.kernel.SamplingState, which writes them.
#pragma once
#include "warp.cuh"

// How one slot draws. 80 bytes.
struct SlotParams {
    double repetition;         // divides positive, multiplies negative logits of tokens seen; 1 = off
    double frequency;          // subtracted for every time a token is in the answer
    double presence;           // subtracted once for a token of the answer
    double topP;               // 1 = off
    u64 seed;                  // of the request
    float inverseTemperature;  // finite
    float minP;                // 0 = off
    i32 topK;                  // 0 = off
    i32 flags;                 // SLOT_GREEDY, SLOT_COUNTED
    i32 choiceIndex;
    i32 minTokens;     // held-back tokens are out while the answer is shorter
    i32 promptTokens;  // the answer begins at this position
    i32 biasCount;     // entries of the slot's bias row
    i32 heldCount;     // entries of the slot's row of held-back ids, all different
    i32 unused;
};
static_assert(sizeof(SlotParams) == 80, "as SamplingState packs it");

constexpr i32 SLOT_GREEDY = 1;   // temperature 0
constexpr i32 SLOT_COUNTED = 2;  // the slot's token counts are kept and penalties apply

// What is added to one token's logit.
struct BiasEntry {
    i32 tokenId;
    float value;
};

constexpr int MAX_BIAS = 1024;  // SamplingParams.MAX_BIAS_ENTRIES
constexpr int MAX_HELD = 256;   // SamplingState.MAX_HELD_BACK

// A token count: whether it is in the prompt, and how often in the answer (saturating).
constexpr u32 COUNT_PROMPT = 0x8000;
constexpr u32 COUNT_ANSWER = 0x7fff;

// Counts of a slot: so many lie between the rows of two slots, so that rows start 16-byte aligned.
__device__ __forceinline__ i64 count_stride(int vocabulary) {
    return (vocabulary + 7) / 8 * 8;
}

__device__ __forceinline__ float minus_infinity() {
    return __uint_as_float(0xff800000u);
}

// e^x for x <= 0, to the bit what dev.javelin.cpu.FastExp gives (Cephes' expf, Moshier): below -87 it is 0.
__device__ __forceinline__ float exp_as_cpu(float x) {
    float shifted = fmaf(x, 1.44269504088896341f, 12582912.0f);
    float n = shifted - 12582912.0f;
    float r = fmaf(n, 2.12194440e-4f, fmaf(n, -0.693359375f, x));
    float p = fmaf(r, 1.9875691500e-4f, 1.3981999507e-3f);
    p = fmaf(p, r, 8.3334519073e-3f);
    p = fmaf(p, r, 4.1665795894e-2f);
    p = fmaf(p, r, 1.6666665459e-1f);
    p = fmaf(p, r, 5.0000001201e-1f);
    p = fmaf(p, r * r, r + 1.0f);
    float result = p * __uint_as_float((__float_as_uint(shifted) + 127u) << 23);
    return x < -87.0f ? 0.0f : result;
}

// ---- keys: the largest is the largest logit, the smallest id among equals; 0 is below every token ----

constexpr u32 KEY_MINUS_INFINITY = 0x007fffffu;

__device__ __forceinline__ u64 token_key(float logit, int tokenId) {
    u32 bits = __float_as_uint(logit + 0.0f);  // -0 becomes +0
    u32 ordered = (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
    return (u64)ordered << 32 | (0xffffffffu - (u32)tokenId);
}

__device__ __forceinline__ int key_token(u64 key) {
    return (int)(0xffffffffu - (u32)key);
}

__device__ __forceinline__ float key_logit(u64 key) {
    u32 ordered = (u32)(key >> 32);
    return __uint_as_float((ordered & 0x80000000u) != 0 ? ordered & 0x7fffffffu : ~ordered);
}

// Whether a key stands for a token whose logit is finite.
__device__ __forceinline__ bool key_is_finite(u64 key) {
    return (u32)(key >> 32) > KEY_MINUS_INFINITY;
}

// ---- u64 over warps and blocks ----

__device__ __forceinline__ u64 shuffle_xor64(u64 value, int mask) {
    return (u64)shuffle_xor((u32)(value >> 32), mask) << 32 | shuffle_xor((u32)value, mask);
}

__device__ __forceinline__ u64 shuffle_up64(u64 value, int lanes) {
    return (u64)shuffle_up((u32)(value >> 32), lanes) << 32 | shuffle_up((u32)value, lanes);
}

__device__ __forceinline__ u64 max64(u64 a, u64 b) {
    return a > b ? a : b;
}

__device__ __forceinline__ u64 warp_max64(u64 value) {
#pragma unroll
    for (int mask = WARP_LANES / 2; mask > 0; mask /= 2) value = max64(value, shuffle_xor64(value, mask));
    return value;
}

__device__ __forceinline__ u64 warp_sum64(u64 value) {
#pragma unroll
    for (int mask = WARP_LANES / 2; mask > 0; mask /= 2) value += shuffle_xor64(value, mask);
    return value;
}

// The sum over this lane and those below.
__device__ __forceinline__ u64 warp_scan64(u64 value) {
#pragma unroll
    for (int lanes = 1; lanes < WARP_LANES; lanes *= 2) {
        u64 below = shuffle_up64(value, lanes);
        if (lane_index() >= lanes) value += below;
    }
    return value;
}

// The largest of the block, in every thread; `scratch` is 32 u64 of shared memory, free again on return.
__device__ __forceinline__ u64 block_max64(u64 value, u64* scratch) {
    value = warp_max64(value);
    if (lane_index() == 0) scratch[warp_index()] = value;
    sync_threads();
    value = lane_index() < (int)(blockDim.x / WARP_LANES) ? scratch[lane_index()] : 0;
    value = warp_max64(value);
    sync_threads();
    return value;
}

// The sum over the block, as above.
__device__ __forceinline__ u64 block_sum64(u64 value, u64* scratch) {
    value = warp_sum64(value);
    if (lane_index() == 0) scratch[warp_index()] = value;
    sync_threads();
    value = lane_index() < (int)(blockDim.x / WARP_LANES) ? scratch[lane_index()] : 0;
    value = warp_sum64(value);
    sync_threads();
    return value;
}

// The sum over the threads below (not this one); `scratch` as above.
__device__ __forceinline__ u64 block_scan64(u64 value, u64* scratch) {
    u64 upToHere = warp_scan64(value);
    if (lane_index() == WARP_LANES - 1) scratch[warp_index()] = upToHere;
    sync_threads();
    u64 below = lane_index() < warp_index() ? scratch[lane_index()] : 0;
    below = warp_sum64(below);
    sync_threads();
    return below + upToHere - value;
}

// The upper half of a product.
__device__ __forceinline__ u64 multiply_high(u64 a, u64 b) {
    u64 aHigh = a >> 32, aLow = a & 0xffffffffu, bHigh = b >> 32, bLow = b & 0xffffffffu;
    u64 middle = aHigh * bLow + (aLow * bLow >> 32);
    u64 other = aLow * bHigh + (middle & 0xffffffffu);
    return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

// ---- random numbers: dev.javelin.backend.CounterRandom ----

__device__ __forceinline__ u64 random_mix(u64 value) {
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ull;
    value = (value ^ value >> 27) * 0x94d049bb133111ebull;
    return value ^ value >> 31;
}

// 64 random bits for drawing the token at a position; the upper 53 are the uniform number.
__device__ __forceinline__ u64 random_bits(u64 seed, int choiceIndex, int position) {
    u64 mixed = random_mix(seed + 0x9e3779b97f4a7c15ull);
    mixed = random_mix(mixed ^ ((u64)(u32)choiceIndex << 32 | (u32)position));
    return random_mix(mixed + 0x9e3779b97f4a7c15ull);
}

// ---- weights: floats from 0 to 1 that are multiples of 2^-43, so that sums are exact in u64, in any order ----

constexpr int WEIGHT_BITS = 43;
constexpr u32 WEIGHT_ONE = 0x3f800000u;
constexpr int WEIGHT_EXACT_EXPONENT = 127 - WEIGHT_BITS + 23;

// Rounds the bits of a float from 0 to 1 down to a multiple of 2^-43.
__device__ __forceinline__ u32 weight_round(u32 bits) {
    int surplus = WEIGHT_EXACT_EXPONENT - (int)(bits >> 23);
    if (surplus <= 0) return bits;
    return surplus > 23 ? 0 : bits & 0xffffffffu << surplus;
}

// The 24 bits of the significand.
__device__ __forceinline__ u32 weight_significand(u32 bits) {
    return (bits & 0x7fffffu) | 0x800000u;
}

// What a sum of significands is worth, in units of 2^-43, where all have the exponent of `bits` (not 0).
__device__ __forceinline__ u64 weight_worth(u64 significands, u32 bits) {
    return significands << (WEIGHT_BITS - 23) >> (127 - (int)(bits >> 23));
}

// A rounded weight in units of 2^-43.
__device__ __forceinline__ u64 weight_units(u32 bits) {
    return bits == 0 ? 0 : weight_worth(weight_significand(bits), bits);
}
