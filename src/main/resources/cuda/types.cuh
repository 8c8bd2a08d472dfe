// The types that every kernel speaks of. No PTX and no CUDA header: NVRTC, nvcc and the CPU emulator read the same
// text.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;
static_assert(sizeof(u16) == 2 && sizeof(u32) == 4 && sizeof(u64) == 8, "integer sizes");

// One number of weights, activations and cache: f16 with -DELEMENT_F16, else bf16. Storage only; arithmetic is f32.
struct alignas(2) elem {
    u16 bits;
};

// 16 bytes that move as one access: 8 elements, or 4 floats.
struct alignas(16) vec16 {
    u32 word[4];
};

constexpr int WARP_LANES = 32;
constexpr int VEC_ELEMS = sizeof(vec16) / sizeof(elem);
constexpr float LOG2_E = 1.4426950408889634f;

// 1 where asynchronous bulk copies and mbarriers exist (sm_90 and up): kernels ask this, not __CUDA_ARCH__.
#ifndef HAS_BULK_COPY
#if defined(EMULATED) || (defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900)
#define HAS_BULK_COPY 1
#else
#define HAS_BULK_COPY 0
#endif
#endif
