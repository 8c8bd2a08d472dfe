// Lets blocks that wait for each other run side by side in the emulator: all blocks of a grid become parts of one
// emulated block, "members", each with its own thread indices, barrier and shared memory. Include it after emulator.h
// and warp.cuh and before the kernel, which then must use no __shared__ arrays. With memberThreads = 0 all is as usual.
#pragma once

namespace members {
inline int memberThreads = 0;
inline size_t memberSharedBytes = 0;

inline int member() {
    return memberThreads == 0 ? 0 : (int)threadIdx.x / memberThreads;
}
inline uint3 thread() {
    return memberThreads == 0 ? threadIdx : uint3{threadIdx.x % (unsigned)memberThreads, 0, 0};
}
inline uint3 block() {
    return memberThreads == 0 ? blockIdx : uint3{(unsigned)member(), 0, 0};
}
inline dim3 threads() {
    return memberThreads == 0 ? blockDim : dim3((unsigned)memberThreads);
}
inline dim3 blocks() {
    return memberThreads == 0 ? gridDim : dim3(blockDim.x / (unsigned)memberThreads);
}
inline void sync() {
    if (memberThreads == 0)
        sync_threads();
    else
        barrier_sync(1 + member(), memberThreads);
}
inline int warp() {
    return (int)thread().x / WARP_LANES;
}
inline unsigned char* dynamicShared() {
    return emu::shared.dynamic + (size_t)member() * memberSharedBytes;
}

// Launches `count` blocks, at most 15, of `threads` threads.
inline void launch(int count, int threads, size_t sharedBytes, const std::function<void()>& kernel) {
    memberThreads = threads;
    memberSharedBytes = (sharedBytes + 127) / 128 * 128;
    emu::sharedLimit = memberSharedBytes * (size_t)count;
    emu::launch(1, (unsigned)(count * threads), memberSharedBytes * (size_t)count, kernel);
    emu::sharedLimit = emu::DEVICE_SHARED_LIMIT;
    memberThreads = 0;
}
}  // namespace members

#define threadIdx members::thread()
#define blockIdx members::block()
#define blockDim members::threads()
#define gridDim members::blocks()
#define sync_threads members::sync
#define warp_index members::warp
#undef DYNAMIC_SHARED
#define DYNAMIC_SHARED(name) unsigned char* name = members::dynamicShared()
