// What CUDA C++ has built in and our headers and kernels use, with CUDA's spelling.
#pragma once

inline void __syncthreads() {
    sync_threads();
}
inline void __syncwarp() {
    sync_warp();
}
inline void __threadfence() {
}
template <typename T>
T __shfl_sync(u32 mask, T value, int source) {
    return emu::shuffle(mask, value, source & 31, "shuffle_from");
}
template <typename T>
T __shfl_xor_sync(u32 mask, T value, int bits) {
    return emu::shuffle(mask, value, emu::lane() ^ bits, "shuffle_xor");
}
template <typename T>
T __shfl_up_sync(u32 mask, T value, int lanes) {
    return emu::shuffle(mask, value, emu::lane() - lanes, "shuffle_up");
}
template <typename T>
T __shfl_down_sync(u32 mask, T value, int lanes) {
    return emu::shuffle(mask, value, emu::lane() + lanes, "shuffle_down");
}
inline u32 __ballot_sync(u32 mask, int condition) {
    return emu::vote(mask, condition != 0, "ballot");
}
inline int __any_sync(u32 mask, int condition) {
    return emu::vote(mask, condition != 0, "any_lane") != 0;
}
inline int __all_sync(u32 mask, int condition) {
    return emu::vote(mask, condition == 0, "all_lanes") == 0;
}
template <typename T>
T atomicAdd(T* p, T value) {
    T before = *p;
    *p = before + value;
    emu::machine.events++;
    return before;
}
template <typename T>
T atomicMax(T* p, T value) {
    T before = *p;
    *p = std::max(before, value);
    emu::machine.events++;
    return before;
}
template <typename T>
T atomicMin(T* p, T value) {
    T before = *p;
    *p = std::min(before, value);
    emu::machine.events++;
    return before;
}
template <typename T>
T atomicExch(T* p, T value) {
    emu::machine.events++;
    return std::exchange(*p, value);
}
template <typename T>
T atomicCAS(T* p, T expected, T value) {
    T before = *p;
    if (before == expected) *p = value;
    emu::machine.events++;
    return before;
}
template <typename T>
T __ldg(const T* p) {
    return *p;
}
inline int __popc(u32 x) {
    return __builtin_popcount(x);
}
inline int __clz(int x) {
    return x == 0 ? 32 : __builtin_clz((u32)x);
}
inline int __ffs(int x) {
    return __builtin_ffs(x);
}
inline u32 __umulhi(u32 a, u32 b) {
    return (u32)((u64)a * b >> 32);
}

// ---- arithmetic ----

inline float rsqrtf(float x) {
    return (float)(1.0 / std::sqrt((double)x));
}
template <typename A, typename B>
constexpr std::common_type_t<A, B> min(A a, B b) {
    return (std::common_type_t<A, B>)b < (std::common_type_t<A, B>)a ? b : a;
}
template <typename A, typename B>
constexpr std::common_type_t<A, B> max(A a, B b) {
    return (std::common_type_t<A, B>)a < (std::common_type_t<A, B>)b ? b : a;
}
inline float __fadd_rn(float a, float b) {
    return a + b;
}
inline float __fmul_rn(float a, float b) {
    return a * b;
}
inline float __fmaf_rn(float a, float b, float c) {
    return std::fma(a, b, c);
}
inline float __fdiv_rn(float a, float b) {
    return a / b;
}
inline float __fsqrt_rn(float a) {
    return std::sqrt(a);
}
inline float __expf(float x) {
    return std::exp(x);
}
inline float __logf(float x) {
    return std::log(x);
}
inline float __fdividef(float a, float b) {
    return a / b;
}
