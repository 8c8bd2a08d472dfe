// The names of ptx.cuh on the emulated machine.
#pragma once

#define DYNAMIC_SHARED(name) unsigned char* name = emu::shared.dynamic

inline u32 shared_address(const void* p) {
    const unsigned char* place = (const unsigned char*)p;
    if (place >= emu::shared.dynamic && place <= emu::shared.dynamic + emu::shared.bytes) {
        return emu::DYNAMIC + (u32)(place - emu::shared.dynamic);
    }
    const unsigned char* start = (const unsigned char*)__start_emu_shared;
    if (start && place >= start && place < (const unsigned char*)__stop_emu_shared) return (u32)(place - start);
    emu::fail(emu::text("shared_address: %p is not shared memory", p));
}

// ---- vectors ----

inline vec16 load16(const void* p) {
    emu::requireAligned(p, 16, "load16");
    return *(const vec16*)p;
}
inline vec16 load16_stream(const void* p) {
    return load16(p);
}
inline vec16 load16_stream_128(const void* p) {
    return load16(p);
}
inline vec16 load16_stream_256(const void* p) {
    return load16(p);
}
inline vec16 load16_policy(const void* p, u64) {
    return load16(p);
}
inline u64 evict_first_policy() {
    return 0;
}
inline u64 evict_last_policy() {
    return 0;
}
inline void store16(void* p, vec16 v) {
    emu::requireAligned(p, 16, "store16");
    *(vec16*)p = v;
}
inline void store16_stream(void* p, vec16 v) {
    store16(p, v);
}
inline void prefetch_l2(const void*) {
}

// ---- matrices ----

inline void ldmatrix_x1(u32 (&r)[1], u32 shared) {
    emu::ldmatrix<1, false>(r, shared, "ldmatrix_x1");
}
inline void ldmatrix_x2(u32 (&r)[2], u32 shared) {
    emu::ldmatrix<2, false>(r, shared, "ldmatrix_x2");
}
inline void ldmatrix_x4(u32 (&r)[4], u32 shared) {
    emu::ldmatrix<4, false>(r, shared, "ldmatrix_x4");
}
inline void ldmatrix_x1_trans(u32 (&r)[1], u32 shared) {
    emu::ldmatrix<1, true>(r, shared, "ldmatrix_x1_trans");
}
inline void ldmatrix_x2_trans(u32 (&r)[2], u32 shared) {
    emu::ldmatrix<2, true>(r, shared, "ldmatrix_x2_trans");
}
inline void ldmatrix_x4_trans(u32 (&r)[4], u32 shared) {
    emu::ldmatrix<4, true>(r, shared, "ldmatrix_x4_trans");
}
inline void mma_m16n8k16(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    u32* in = emu::warp().in[emu::lane()];
    memcpy(in, a, 16);
    in[4] = b0;
    in[5] = b1;
    memcpy(in + 6, d, 16);
    emu::meet("mma_m16n8k16", emu::mmaWork);
    memcpy(d, emu::warp().out[emu::lane()], 16);
}

// ---- asynchronous copies ----

inline void cp_async16(u32 shared, const void* p) {
    emu::asyncCopy(shared, p, 16);
}
inline void cp_async16_zfill(u32 shared, const void* p, bool valid) {
    emu::asyncCopy(shared, p, valid ? 16 : 0);
}
inline void cp_async_commit() {
    emu::commitCopies();
}
template <int N>
void cp_async_wait() {
    emu::waitCopies(N);
}
inline void mbarrier_init(u32 shared, u32 count) {
    emu::resolve(shared, 8, 8, "mbarrier_init");
    emu::mbarriers()[shared] = emu::Mbarrier{count, count, 0, 0, {}};
}
inline void mbarrier_fence_init() {
}
inline void mbarrier_arrive(u32 shared) {
    emu::expectBytes(shared, 0, true, "mbarrier_arrive");
}
inline void mbarrier_expect(u32 shared, u32 bytes) {
    emu::expectBytes(shared, bytes, false, "mbarrier_expect");
}
inline void mbarrier_arrive_expect(u32 shared, u32 bytes) {
    emu::expectBytes(shared, bytes, true, "mbarrier_arrive_expect");
}
inline bool mbarrier_try_wait(u32 shared, u32 parity) {
    return emu::tryWait(shared, parity);
}
inline void bulk_copy(u32 shared, const void* p, u32 bytes, u32 sharedMbarrier) {
    emu::bulkCopy(shared, p, bytes, sharedMbarrier);
}
// Prefetches have no effect but must stay within their buffer.
inline void bulk_prefetch_l2(const void* p, u32 bytes) {
    emu::requireAligned(p, 16, "bulk_prefetch_l2");
    if (bytes == 0 || bytes % 16 != 0) emu::fail(emu::text("bulk_prefetch_l2: %u bytes, no multiple of 16", bytes));
    for (u32 i = 0; i < bytes; i += 16) (void)*((const volatile unsigned char*)p + i);
}
inline void fence_proxy_async() {
}

// ---- barriers, fences, ordered accesses ----

namespace emu {
inline void atBarrier(int id, int threads, bool waits, const char* operation) {
    if (id < 0 || id >= BARRIERS || threads % WARP != 0)
        fail(text("%s: barrier %d of %d threads", operation, id, threads));
    Barrier& b = machine.barriers[id];
    if (b.arrived > 0 && b.threads != threads)
        fail(text("%s: barrier %d of %d threads, now %d", operation, id, b.threads, threads));
    b.threads = threads;
    b.arrived++;
    machine.events++;
    self().operation = operation;
    if (waits) {
        self().barrier = id;
        self().state = State::BARRIER;
    }
    yield();
}
} // namespace emu

inline void sync_threads() {
    emu::atBarrier(0, 0, true, "sync_threads");
}
inline void sync_warp() {
    emu::meet("sync_warp", emu::nothing);
}
inline void barrier_sync(int id, int threads) {
    emu::atBarrier(id, threads, true, "barrier_sync");
}
inline void barrier_arrive(int id, int threads) {
    emu::atBarrier(id, threads, false, "barrier_arrive");
}
inline void thread_fence() {
}
// A thread that polls lets the others run.
inline u32 load_acquire(const u32* p) {
    u32 value = *(const volatile u32*)p;
    emu::self().operation = "load_acquire";
    emu::yield();
    return value;
}
inline void store_release(u32* p, u32 value) {
    *(volatile u32*)p = value;
    emu::machine.events++;
}
inline u32 atomic_add_acq_rel(u32* p, u32 value) {
    emu::machine.events++;
    u32 before = *p;
    *p = before + value;
    return before;
}
inline void wait_for_previous_kernel() {
}
inline void let_next_kernel_start() {
}

// ---- arithmetic ----

namespace emu {
inline float flushed(float x) {
    return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0f, x) : x;
}
} // namespace emu

inline float fast_exp2(float x) {
    return emu::flushed(std::exp2(emu::flushed(x)));
}
inline float fast_log2(float x) {
    return std::log2(emu::flushed(x));
}
inline float fast_rcp(float x) {
    return emu::flushed(1.0f / emu::flushed(x));
}
inline float fast_rsqrt(float x) {
    return (float)(1.0 / std::sqrt((double)emu::flushed(x)));
}
inline float fast_tanh(float x) {
    return std::tanh(x);
}
