// All PTX lives here: each wrapper is one instruction with one meaning, and kernels contain no asm, so that the same
// .cu also compiles on a CPU against src/test/cuda/emulator.h, which brings the same names. Include this, or warp.cuh,
// which adds shuffles, votes, reductions and atomics. Architectures: sm_80 and up; mbarriers and bulk copies only where
// HAS_BULK_COPY is 1 (sm_90 and up, and the emulator). Operands named `shared` are u32 addresses in shared memory (of
// shared_address); `p` is a pointer to global memory.
//
// types.cuh   u8 u16 u32 u64 i32 i64   elem {u16 bits}   vec16 {u32 word[4]}   WARP_LANES   VEC_ELEMS (8)   LOG2_E
// elements    float to_float(elem)   elem to_elem(float)   u32 pack2(lo, hi)   unpack2(u32, float& lo, float& hi)
//             unpack8(vec16, float (&)[8])   vec16 pack8(const float (&)[8])   vec16 zero16()   float infinity()
// vectors     vec16 load16(p)   load16_stream|load16_stream_128|load16_stream_256(p)   load16_policy(p, policy)
//             store16(p, vec16)   store16_stream(p, vec16)   u64 evict_first_policy()   u64 evict_last_policy()
//             prefetch_l2(p)
// shared      DYNAMIC_SHARED(name)   u32 shared_address(pointer)
// matrices    ldmatrix_x1|x2|x4(u32 (&r)[1|2|4], shared)   ldmatrix_x1|x2|x4_trans(...)
//             mma_m16n8k16(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1)
// cp.async    cp_async16(shared, p)   cp_async16_zfill(shared, p, bool valid)   cp_async_commit()   cp_async_wait<N>()
// mbarrier    mbarrier_init(shared, count)   mbarrier_fence_init()   mbarrier_arrive(shared)
//             mbarrier_expect(shared, bytes)   mbarrier_arrive_expect(shared, bytes)
//             bool mbarrier_try_wait(shared, parity)   mbarrier_wait(shared, parity)
//             bulk_copy(shared, p, bytes, sharedMbarrier)   bulk_prefetch_l2(p, bytes)   fence_proxy_async()
// barriers    sync_threads()   sync_warp()   barrier_sync(id, threads)   barrier_arrive(id, threads)
// memory      thread_fence()   u32 load_acquire(p)   store_release(p, u32)   u32 atomic_add_acq_rel(p, u32)
// arithmetic  fast_exp2 fast_log2 fast_exp fast_log fast_rcp fast_rsqrt fast_tanh; natively also expf logf fmaf ...
// PDL         wait_for_previous_kernel()   let_next_kernel_start()   (nothing below sm_90)
// warp.cuh    lane_index() warp_index()   shuffle_xor|up|down|from(value, n)   u32 warp_ballot(bool) any_lane all_lanes
//             warp_sum warp_max group_sum<N> group_max<N>   block_sum|block_max(value, float* scratch)
//             atomic_add(u32*|float*) atomic_max|min(u32*|i32*) atomic_exchange(u32*) atomic_cas(u32*, expected, value)
#pragma once
#include "types.cuh"

#ifndef EMULATED

#define DYNAMIC_SHARED(name) extern __shared__ __align__(128) unsigned char name[]

#define PTX __device__ __forceinline__

// ---- elements ----

#ifdef ELEMENT_F16
#define PTX_ELEM "f16"
// The element's value.
PTX float to_float(elem x) {
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(x.bits));
    return value;
}

// The two elements of a word: the low half first.
PTX void unpack2(u32 pair, float& lo, float& hi) {
    asm("{.reg .f16 l, h; mov.b32 {l, h}, %2; cvt.f32.f16 %0, l; cvt.f32.f16 %1, h;}" : "=f"(lo), "=f"(hi) : "r"(pair));
}
#else
#define PTX_ELEM "bf16"
// The element's value.
PTX float to_float(elem x) {
    return __uint_as_float((u32)x.bits << 16);
}

// The two elements of a word: the low half first.
PTX void unpack2(u32 pair, float& lo, float& hi) {
    lo = __uint_as_float(pair << 16);
    hi = __uint_as_float(pair & 0xffff0000u);
}
#endif

// The nearest element, ties to even.
PTX elem to_elem(float x) {
    elem result;
    asm("cvt.rn." PTX_ELEM ".f32 %0, %1;" : "=h"(result.bits) : "f"(x));
    return result;
}

// Two nearest elements in one word, `lo` in its low half.
PTX u32 pack2(float lo, float hi) {
    u32 pair;
    asm("cvt.rn." PTX_ELEM "x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(hi), "f"(lo));
    return pair;
}

// ---- 16-byte loads and stores ----

// Plain load, from global or shared memory.
PTX vec16 load16(const void* p) {
    return *(const vec16*)p;
}

// Plain store, to global or shared memory.
PTX void store16(void* p, vec16 v) {
    *(vec16*)p = v;
}

#define PTX_LOAD16(name, suffix)                                                             \
    PTX vec16 name(const void* p) {                                                          \
        vec16 v;                                                                             \
        asm volatile("ld.global.nc.L1::no_allocate" suffix ".v4.u32 {%0, %1, %2, %3}, [%4];" \
                     : "=r"(v.word[0]), "=r"(v.word[1]), "=r"(v.word[2]), "=r"(v.word[3])    \
                     : "l"(p));                                                              \
        return v;                                                                            \
    }
// Load of global data that nobody writes during the kernel and that is read once: not kept in L1.
PTX_LOAD16(load16_stream, "")
// The same, and L2 fetches the whole 128-byte line.
PTX_LOAD16(load16_stream_128, ".L2::128B")
// The same, and L2 fetches two lines.
PTX_LOAD16(load16_stream_256, ".L2::256B")

// The same under an L2 policy of evict_first_policy or evict_last_policy.
PTX vec16 load16_policy(const void* p, u64 policy) {
    vec16 v;
    asm volatile("ld.global.nc.L1::no_allocate.L2::cache_hint.v4.u32 {%0, %1, %2, %3}, [%4], %5;"
                 : "=r"(v.word[0]), "=r"(v.word[1]), "=r"(v.word[2]), "=r"(v.word[3])
                 : "l"(p), "l"(policy));
    return v;
}

// The policy of data that L2 may drop first (read once).
PTX u64 evict_first_policy() {
    u64 policy;
    asm("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
    return policy;
}

// The policy of data that L2 should keep.
PTX u64 evict_last_policy() {
    u64 policy;
    asm("createpolicy.fractional.L2::evict_last.b64 %0, 1.0;" : "=l"(policy));
    return policy;
}

// Store of global data that is not read soon: first to leave the caches.
PTX void store16_stream(void* p, vec16 v) {
    asm volatile("st.global.cs.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(p), "r"(v.word[0]), "r"(v.word[1]), "r"(v.word[2]),
                 "r"(v.word[3])
                 : "memory");
}

// Asks L2 for the line of this global address.
PTX void prefetch_l2(const void* p) {
    asm volatile("prefetch.global.L2 [%0];" ::"l"(p));
}

// ---- shared memory and matrices ----

// The 32-bit address, in shared memory, of a pointer to it.
PTX u32 shared_address(const void* p) {
    return (u32)__cvta_generic_to_shared(p);
}

#define PTX_LDMATRIX(suffix, trans)                                                              \
    PTX void ldmatrix_x1##suffix(u32(&r)[1], u32 shared) {                                       \
        asm volatile("ldmatrix.sync.aligned.m8n8.x1" trans ".shared.b16 {%0}, [%1];"             \
                     : "=r"(r[0])                                                                \
                     : "r"(shared)                                                               \
                     : "memory");                                                                \
    }                                                                                            \
    PTX void ldmatrix_x2##suffix(u32(&r)[2], u32 shared) {                                       \
        asm volatile("ldmatrix.sync.aligned.m8n8.x2" trans ".shared.b16 {%0, %1}, [%2];"         \
                     : "=r"(r[0]), "=r"(r[1])                                                    \
                     : "r"(shared)                                                               \
                     : "memory");                                                                \
    }                                                                                            \
    PTX void ldmatrix_x4##suffix(u32(&r)[4], u32 shared) {                                       \
        asm volatile("ldmatrix.sync.aligned.m8n8.x4" trans ".shared.b16 {%0, %1, %2, %3}, [%4];" \
                     : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])                            \
                     : "r"(shared)                                                               \
                     : "memory");                                                                \
    }
// 8x8 matrices of elements: lane 8*j + i gives the 16-byte row i of matrix j; lane l receives in r[j] the elements
// (row l / 4, columns 2 * (l % 4) and the next) of matrix j.
PTX_LDMATRIX(, "")
// The same of the transposed matrices: lane l receives (rows 2 * (l % 4) and the next, column l / 4).
PTX_LDMATRIX(_trans, ".trans")

// d[16,8] += a[16,16] * b[16,8] in f32 by a whole warp. With g = lane / 4 and t = lane % 4, pairs with the low half
// first:
//   a[0] (row g, cols 2t 2t+1)    a[1] (row g+8, cols 2t 2t+1)    a[2] (row g, cols 2t+8 2t+9)    a[3] (row g+8, same)
//   b0 (rows 2t 2t+1, col g)      b1 (rows 2t+8 2t+9, col g)
//   d[0] d[1] (row g, cols 2t 2t+1)    d[2] d[3] (row g+8, cols 2t 2t+1)
PTX void mma_m16n8k16(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32." PTX_ELEM "." PTX_ELEM
                 ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// ---- asynchronous copies, global to shared ----

// 16 bytes (both sides 16-byte aligned), past L1; lands at the thread's cp_async_wait at the latest.
PTX void cp_async16(u32 shared, const void* p) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared), "l"(p) : "memory");
}

// The same, or 16 zero bytes where not `valid` (p is then not read, but must be a sane address).
PTX void cp_async16_zfill(u32 shared, const void* p, bool valid) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(p), "r"(valid ? 16 : 0) : "memory");
}

// Closes the group of the thread's copies so far.
PTX void cp_async_commit() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until at most N of the thread's newest groups are under way (others' copies: sync_threads after it).
template <int N>
PTX void cp_async_wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

#if HAS_BULK_COPY
// Makes 8 shared bytes a barrier whose phases end after `count` arrivals and all expected bytes. By one thread; after
// its last one, mbarrier_fence_init.
PTX void mbarrier_init(u32 shared, u32 count) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared), "r"(count) : "memory");
}

// Shows the initialised barriers to the copy engine (then sync_threads for the other threads).
PTX void mbarrier_fence_init() {
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

// One arrival.
PTX void mbarrier_arrive(u32 shared) {
    asm volatile("{.reg .b64 state; mbarrier.arrive.shared::cta.b64 state, [%0];}" ::"r"(shared) : "memory");
}

// The phase also waits for this many copied bytes.
PTX void mbarrier_expect(u32 shared, u32 bytes) {
    asm volatile("mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], %1;" ::"r"(shared), "r"(bytes) : "memory");
}

// Both: expects the bytes, then arrives.
PTX void mbarrier_arrive_expect(u32 shared, u32 bytes) {
    asm volatile("{.reg .b64 state; mbarrier.arrive.expect_tx.shared::cta.b64 state, [%0], %1;}" ::"r"(shared),
                 "r"(bytes)
                 : "memory");
}

// Whether the phase of this parity (0 for the first, then 1, 0, ...) has ended; may wait a while before it says no.
PTX bool mbarrier_try_wait(u32 shared, u32 parity) {
    u32 done;
    asm volatile("{.reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; selp.u32 %0, 1, 0, p;}"
                 : "=r"(done)
                 : "r"(shared), "r"(parity)
                 : "memory");
    return done != 0;
}

// Copies a multiple of 16 bytes, both sides 16-byte aligned; by one thread; they count for the barrier when they land.
PTX void bulk_copy(u32 shared, const void* p, u32 bytes, u32 sharedMbarrier) {
    asm volatile(
            "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(shared),
            "l"(p), "r"(bytes), "r"(sharedMbarrier)
            : "memory");
}

// Asks L2 for a multiple of 16 bytes (16-byte aligned); called by one thread.
PTX void bulk_prefetch_l2(const void* p, u32 bytes) {
    asm volatile("cp.async.bulk.prefetch.L2.global [%0], %1;" ::"l"(p), "r"(bytes) : "memory");
}

// Orders the thread's plain shared accesses before bulk copies that it starts later.
PTX void fence_proxy_async() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
#endif

// ---- barriers, fences, ordered accesses ----

// All threads of the block.
PTX void sync_threads() {
    __syncthreads();
}

// All lanes of the warp.
PTX void sync_warp() {
    __syncwarp();
}

// Barrier `id` (1 to 15) of `threads` threads (a multiple of 32): arrives and waits.
PTX void barrier_sync(int id, int threads) {
    asm volatile("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

// Arrives at that barrier without waiting.
PTX void barrier_arrive(int id, int threads) {
    asm volatile("bar.arrive %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

// The thread's earlier writes are seen on the device before its later ones.
PTX void thread_fence() {
    __threadfence();
}

// Load that sees what was written before the matching store_release, on the whole device.
PTX u32 load_acquire(const u32* p) {
    u32 value;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(p) : "memory");
    return value;
}

// Store after all earlier writes of the thread.
PTX void store_release(u32* p, u32 value) {
    asm volatile("st.release.gpu.global.u32 [%0], %1;" ::"l"(p), "r"(value) : "memory");
}

// Adds, with both orders; returns the value before. (A block's other threads: sync_threads before and after.)
PTX u32 atomic_add_acq_rel(u32* p, u32 value) {
    u32 before;
    asm volatile("atom.add.acq_rel.gpu.global.u32 %0, [%1], %2;" : "=r"(before) : "l"(p), "r"(value) : "memory");
    return before;
}

// ---- fast arithmetic: about 2 ulp, denormals are zero ----

#define PTX_MATH(name, instruction)                     \
    PTX float name(float x) {                           \
        float y;                                        \
        asm(instruction " %0, %1;" : "=f"(y) : "f"(x)); \
        return y;                                       \
    }
PTX_MATH(fast_exp2, "ex2.approx.ftz.f32")
PTX_MATH(fast_log2, "lg2.approx.ftz.f32")
PTX_MATH(fast_rcp, "rcp.approx.ftz.f32")
PTX_MATH(fast_rsqrt, "rsqrt.approx.ftz.f32")
// Absolute error up to 2^-11: enough for a bf16 result only.
PTX_MATH(fast_tanh, "tanh.approx.f32")

// ---- programmatic dependent launch ----

// Waits for the grids that this one depends on: before the first access to what they write. Such memory must not be
// behind a `const __restrict__` pointer, which would allow the compiler to read it earlier.
PTX void wait_for_previous_kernel() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Allows the next grid to start its prologue, once every block has said so or ended.
PTX void let_next_kernel_start() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

#endif

// ---- composed of the above ----

#if HAS_BULK_COPY
// Waits for the end of the phase of this parity.
__device__ __forceinline__ void mbarrier_wait(u32 shared, u32 parity) {
    while (!mbarrier_try_wait(shared, parity)) {}
}
#endif

// e^x.
__device__ __forceinline__ float fast_exp(float x) {
    return fast_exp2(x * LOG2_E);
}

// Natural logarithm.
__device__ __forceinline__ float fast_log(float x) {
    return fast_log2(x) * (1.0f / LOG2_E);
}

// Positive infinity.
__device__ __forceinline__ float infinity() {
    return __uint_as_float(0x7f800000u);
}

// 16 zero bytes.
__device__ __forceinline__ vec16 zero16() {
    return vec16{{0, 0, 0, 0}};
}

// The values of 8 elements.
__device__ __forceinline__ void unpack8(vec16 v, float (&x)[8]) {
#pragma unroll
    for (int i = 0; i < 4; i++) unpack2(v.word[i], x[2 * i], x[2 * i + 1]);
}

// 8 nearest elements.
__device__ __forceinline__ vec16 pack8(const float (&x)[8]) {
    vec16 v;
#pragma unroll
    for (int i = 0; i < 4; i++) v.word[i] = pack2(x[2 * i], x[2 * i + 1]);
    return v;
}
