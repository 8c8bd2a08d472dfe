// The threads of a block: fibers that run until they wait. Entered once with ucontext, then switched with _setjmp and
// _longjmp, which need no system call.
#pragma once

#include <csetjmp>
#include <csignal>
#include <ucontext.h>

namespace emu {
enum class State { READY, WARP, BARRIER, DONE };

// A copy that has not landed: `bytes` from the source, then zeros up to 16 (cp.async) or none (bulk).
struct Copy {
    unsigned char* to;
    const unsigned char* from;
    u32 bytes, zeroBytes;

    void land() const {
        if (bytes > 0) memcpy(to, from, bytes);
        memset(to + bytes, 0, zeroBytes);
    }
};

struct Fiber {
    jmp_buf place;
    bool entered = false;
    State state = State::DONE;
    const char* operation = "";
    int barrier = 0;
    uint3 index{};
    std::vector<Copy> open;
    std::vector<std::vector<Copy>> groups;
};

struct Warp {
    u32 live = 0, arrived = 0;
    const char* operation = "";
    void (*work)(Warp&) = nullptr;
    u32 in[32][10], out[32][4];
};

struct Barrier {
    int arrived = 0, threads = 0; // threads: 0 = all that live
};

constexpr int MAX_THREADS = 1024, WARP = 32, BARRIERS = 16;
constexpr size_t STACK_BYTES = 128 * 1024;

struct Machine {
    std::vector<Fiber> fibers{MAX_THREADS};
    Warp warps[MAX_THREADS / WARP];
    Barrier barriers[BARRIERS];
    unsigned char* stacks = nullptr;
    jmp_buf scheduler;
    ucontext_t entry;
    std::function<void()> kernel;
    std::string name, failure;
    int threads = 0, live = 0, current = -1;
    u64 events = 0, random = 1; // events: anything that may let a waiting thread go on
};
inline Machine machine;

inline Fiber& self() {
    return machine.fibers[(size_t)machine.current];
}

inline Warp& warp() {
    return machine.warps[machine.current / WARP];
}

inline int lane() {
    return machine.current % WARP;
}

inline std::string where() {
    if (machine.current < 0) return machine.name;
    uint3 t = threadIdx, b = blockIdx;
    return machine.name + text(", block (%u, %u, %u), warp %d, thread (%u, %u, %u)", b.x, b.y, b.z,
                               machine.current / WARP, t.x, t.y, t.z);
}

// Ends the launch: from a thread by way of the scheduler, whose caller gets the exception.
[[noreturn]] inline void fail(const std::string& message) {
    machine.failure = where() + ": " + message;
    if (machine.current < 0) throw Failure(machine.failure);
    _longjmp(machine.scheduler, 2);
}

// Back to the scheduler, which comes here again when the thread is READY.
__attribute__((noinline)) inline void yield() {
    Fiber& fiber = self();
    if (_setjmp(fiber.place) == 0) _longjmp(machine.scheduler, 1);
}

inline u32 nextRandom() {
    machine.random = machine.random * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)(machine.random >> 33);
}

// Fibers are kept from block to block: each runs the kernel whenever it is resumed after its end.
inline void fiberMain() {
    for (;;) {
        machine.kernel();
        Fiber& fiber = self();
        fiber.state = State::DONE;
        fiber.open.clear();
        fiber.groups.clear();
        machine.live--;
        machine.events++;
        warp().live &= ~(1u << lane());
        yield();
    }
}

inline void enter(Fiber& fiber, int index) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), slot = STACK_BYTES + page;
    if (machine.stacks == nullptr) {
        void* pool = mmap(nullptr, slot * MAX_THREADS, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (pool == MAP_FAILED) throw Failure("no memory for stacks");
        machine.stacks = (unsigned char*)pool;
        for (size_t i = 0; i < MAX_THREADS; i++) mprotect(machine.stacks + i * slot, page, PROT_NONE);
    }
    fiber.entered = true;
    getcontext(&machine.entry);
    machine.entry.uc_stack.ss_sp = machine.stacks + (size_t)index * slot + page;
    machine.entry.uc_stack.ss_size = STACK_BYTES;
    makecontext(&machine.entry, fiberMain, 0);
    setcontext(&machine.entry);
}

// Runs a thread until it waits or ends; false after a failure.
__attribute__((noinline)) inline bool resume(int index) {
    Fiber& fiber = machine.fibers[(size_t)index];
    machine.current = index;
    threadIdx = fiber.index;
    int back = _setjmp(machine.scheduler);
    if (back == 0) {
        if (fiber.entered) _longjmp(fiber.place, 1);
        enter(fiber, index);
    }
    machine.current = -1;
    return back != 2;
}

// A touched forbidden page: the failure names the buffer, the byte and the thread.
inline void onFault(int, siginfo_t* info, void*) {
    unsigned char* p = (unsigned char*)info->si_addr;
    if (machine.current < 0) _exit(139);
    std::string message = text("touches address %p", (void*)p);
    unsigned char* stacksEnd = machine.stacks + MAX_THREADS * (STACK_BYTES + (size_t)sysconf(_SC_PAGESIZE));
    if (p >= machine.stacks && p < stacksEnd) message = "its stack is too small";
    for (const Region& r : regions()) {
        if (p < r.mapping - 65536 || p >= r.forbidden + 65536) continue;
        if (p < r.data) message = text("touches the byte %td before '%s'", r.data - p, r.name.c_str());
        if (p >= r.data)
            message = text("touches byte %td of '%s', which has %zu bytes", p - r.data, r.name.c_str(), r.bytes);
        if (p >= r.forbidden) break;
    }
    fail(message);
}

inline void catchFaults() {
    static bool done = false;
    if (done) return;
    done = true;
    static unsigned char alternate[65536];
    stack_t stack{};
    stack.ss_sp = alternate;
    stack.ss_size = sizeof alternate;
    sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(SIGSEGV, &action, nullptr);
    sigaction(SIGBUS, &action, nullptr);
}
} // namespace emu
