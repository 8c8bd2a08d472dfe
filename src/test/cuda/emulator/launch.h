// The launch of a kernel: block after block, all in a random order, until all threads have ended or nobody can go on.
#pragma once

namespace emu {
void verifyCopies();
void resetCopies();

// A pass in which no event happened only had threads that poll; so many of them are a deadlock.
constexpr int IDLE_PASSES = 1000;

// What a block may have of shared memory; a check that runs several blocks as one raises it.
constexpr size_t DEVICE_SHARED_LIMIT = 227 * 1024;
inline size_t sharedLimit = DEVICE_SHARED_LIMIT;

// Releases the warp's collective when all its living lanes have arrived.
inline void completeWarp(int index) {
    Warp& w = machine.warps[index];
    if (w.arrived == 0 || w.arrived != w.live) return;
    w.work(w);
    for (int lane = 0; lane < WARP; lane++) {
        if (w.arrived >> lane & 1) machine.fibers[(size_t)(index * WARP + lane)].state = State::READY;
    }
    w.arrived = 0;
    machine.events++;
}

inline void completeBarrier(int id) {
    Barrier& b = machine.barriers[id];
    int wanted = b.threads == 0 ? machine.live : b.threads;
    if (b.arrived == 0 || b.arrived < wanted) return;
    for (int i = 0; i < machine.threads; i++) {
        Fiber& f = machine.fibers[(size_t)i];
        if (f.state == State::BARRIER && f.barrier == id) f.state = State::READY;
    }
    b = Barrier{};
    machine.events++;
}

inline std::string waitersReport() {
    std::string report;
    int warps = (machine.threads + WARP - 1) / WARP, told = 0;
    for (int w = 0; w < warps && told < 12; w++) {
        std::map<std::string, u32> waiting;
        for (int lane = 0; lane < WARP && w * WARP + lane < machine.threads; lane++) {
            const Fiber& f = machine.fibers[(size_t)(w * WARP + lane)];
            std::string what = f.state == State::DONE ? "ended" : f.operation;
            if (f.state == State::BARRIER) what += text(" %d", f.barrier);
            waiting[what] |= 1u << lane;
        }
        if (waiting.size() == 1 && waiting.count("ended")) continue;
        for (const auto& entry : waiting)
            report += text("\n  warp %d, lanes %08x: %s", w, entry.second, entry.first.c_str());
        told++;
    }
    return report;
}

inline bool hasReady(int warp) {
    for (int i = warp * WARP; i < std::min((warp + 1) * WARP, machine.threads); i++) {
        if (machine.fibers[(size_t)i].state == State::READY) return true;
    }
    return false;
}

// Every ready lane of the warp runs until it waits, again and again while something happens.
inline void runWarp(int warp) {
    u64 before;
    do {
        before = machine.events;
        u32 turn = nextRandom();
        for (int i = 0; i < WARP; i++) {
            int thread = warp * WARP + (turn & 1 ? WARP - 1 - i : i);
            if (thread >= machine.threads || machine.fibers[(size_t)thread].state != State::READY) continue;
            if (!resume(thread)) throw Failure(machine.failure);
            completeWarp(warp);
            for (int id = 0; id < BARRIERS; id++) completeBarrier(id);
        }
    } while (machine.events != before && hasReady(warp));
}

inline void startBlock() {
    poisonShared();
    resetCopies();
    for (Barrier& b : machine.barriers) b = Barrier{};
    for (Warp& w : machine.warps) w.live = w.arrived = 0;
    machine.live = machine.threads;
    for (int i = 0; i < machine.threads; i++) {
        Fiber& f = machine.fibers[(size_t)i];
        f.state = State::READY;
        f.operation = "start";
        unsigned t = (unsigned)i;
        f.index = {t % blockDim.x, t / blockDim.x % blockDim.y, t / (blockDim.x * blockDim.y)};
        machine.warps[i / WARP].live |= 1u << i % WARP;
    }
}

inline void shuffle(std::vector<unsigned>& order) {
    for (size_t i = order.size(); i > 1; i--) std::swap(order[i - 1], order[nextRandom() % i]);
}

inline void runBlock() {
    startBlock();
    int warps = (machine.threads + WARP - 1) / WARP, idle = 0;
    std::vector<unsigned> order((size_t)warps);
    for (int w = 0; w < warps; w++) order[(size_t)w] = (unsigned)w;
    while (machine.live > 0) {
        shuffle(order);
        u64 before = machine.events;
        bool ready = false;
        for (unsigned w : order) {
            if (!hasReady((int)w)) continue;
            ready = true;
            runWarp((int)w);
        }
        idle = machine.events == before ? idle + 1 : 0;
        if (!ready || idle > IDLE_PASSES) {
            fail(text("block (%u, %u, %u) waits for ever:", blockIdx.x, blockIdx.y, blockIdx.z) + waitersReport());
        }
    }
    verifyCopies();
}

inline void runGrid(dim3 grid, size_t sharedBytes) {
    Buffer<unsigned char> dynamic((sharedBytes + 127) / 128 * 128 + 128, "dynamic shared memory");
    shared.dynamic = (unsigned char*)(((uintptr_t)dynamic.data() + 127) / 128 * 128);
    shared.bytes = sharedBytes;
    unsigned char* slack = shared.dynamic + sharedBytes;
    memset(slack, CANARY, (size_t)(dynamic.end() - slack));
    std::vector<unsigned> order((size_t)grid.x * grid.y * grid.z);
    for (size_t i = 0; i < order.size(); i++) order[i] = (unsigned)i;
    shuffle(order);
    for (unsigned i : order) {
        blockIdx = {i % grid.x, i / grid.x % grid.y, i / (grid.x * grid.y)};
        runBlock();
        for (unsigned char* p = slack; p < dynamic.end(); p++) {
            if (*p == CANARY) continue;
            fail(text("block %u wrote byte %td of %zu bytes of dynamic shared memory", i, p - shared.dynamic,
                      sharedBytes));
        }
    }
    verifyGuards();
}

// Fibers that were left where they stood start anew.
inline void forgetFibers() {
    for (Fiber& f : machine.fibers) {
        f.entered = false;
        f.state = State::DONE;
        f.open.clear();
        f.groups.clear();
    }
}

// Runs the kernel call for every block; then verifies the guard zones of all buffers. The name of a launch is its place
// in the source.
inline void launch(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& kernel,
                   const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    const char* slash = strrchr(file, '/');
    machine.name = text("launch at %s:%d", slash ? slash + 1 : file, line);
    machine.kernel = kernel;
    machine.threads = (int)(block.x * block.y * block.z);
    const char* seed = getenv("EMU_SEED");
    machine.random = seed ? strtoull(seed, nullptr, 10) * 2 + 1 : 1;
    if (machine.threads < 1 || machine.threads > MAX_THREADS)
        fail(text("%d threads in a block, of at most 1024", machine.threads));
    if (sharedBytes > sharedLimit) fail(text("%zu bytes of dynamic shared memory, of at most %zu", sharedBytes, sharedLimit));
    catchFaults();
    gridDim = grid;
    blockDim = block;
    try {
        runGrid(grid, sharedBytes);
    } catch (const Failure&) {
        forgetFibers();
        throw;
    }
}
} // namespace emu
