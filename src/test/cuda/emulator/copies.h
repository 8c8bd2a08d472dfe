// Asynchronous copies: cp.async groups of a thread, and mbarriers with bulk copies.
#pragma once

namespace emu {
inline bool eagerCopies() {
    static const bool eager = getenv("EMU_COPIES") && std::string(getenv("EMU_COPIES")) == "eager";
    return eager;
}

inline void asyncCopy(u32 to, const void* from, u32 bytes) {
    requireAligned(from, 16, "cp.async");
    Copy copy{resolve(to, 16, 16, "cp.async"), (const unsigned char*)from, bytes, 16 - bytes};
    if (eagerCopies())
        copy.land();
    else
        self().open.push_back(copy);
}

inline void commitCopies() {
    self().groups.push_back(std::move(self().open));
    self().open.clear();
}

inline void waitCopies(size_t allowed) {
    auto& groups = self().groups;
    while (groups.size() > allowed) {
        for (const Copy& copy : groups.front()) copy.land();
        groups.erase(groups.begin());
    }
}

// A phase ends when all arrivals and all expected bytes have come; then the next one begins.
struct Mbarrier {
    u32 count, pending, phase;
    i64 expectedBytes;
    std::vector<Copy> copies;

    void settle() {
        if (pending > 0 || expectedBytes != 0) return;
        phase++;
        pending = count;
        machine.events++;
    }
};

inline std::map<u32, Mbarrier>& mbarriers() {
    static std::map<u32, Mbarrier> all;
    return all;
}

inline void resetCopies() {
    mbarriers().clear();
}

inline void verifyCopies() {
    for (const auto& entry : mbarriers()) {
        if (!entry.second.copies.empty()) fail("a block ended without waiting for its bulk copies");
    }
}

inline Mbarrier& mbarrier(u32 address, const char* operation) {
    resolve(address, 8, 8, operation);
    auto found = mbarriers().find(address);
    if (found == mbarriers().end()) fail(text("%s: no mbarrier was initialised here", operation));
    return found->second;
}

inline void expectBytes(u32 address, u32 bytes, bool arrives, const char* operation) {
    Mbarrier& b = mbarrier(address, operation);
    b.expectedBytes += bytes;
    if (arrives) {
        if (b.pending == 0) fail(text("%s: more arrivals than the %u of a phase", operation, b.count));
        b.pending--;
    }
    machine.events++;
    b.settle();
}

inline void bulkCopy(u32 to, const void* from, u32 bytes, u32 address) {
    Mbarrier& b = mbarrier(address, "bulk_copy");
    requireAligned(from, 16, "bulk_copy");
    if (bytes == 0 || bytes % 16 != 0) fail(text("bulk_copy: %u bytes are not a multiple of 16", bytes));
    b.copies.push_back({resolve(to, bytes, 16, "bulk_copy"), (const unsigned char*)from, bytes, 0});
    machine.events++;
    if (!eagerCopies()) return;
    b.copies.back().land();
    b.copies.pop_back();
    b.expectedBytes -= bytes;
    b.settle();
}

// Whoever asks lets the copies land that were waited for.
inline bool tryWait(u32 address, u32 parity) {
    Mbarrier& b = mbarrier(address, "mbarrier_try_wait");
    if (b.phase % 2 == (parity & 1)) {
        for (const Copy& copy : b.copies) {
            copy.land();
            b.expectedBytes -= copy.bytes;
        }
        b.copies.clear();
        b.settle();
    }
    if (b.phase % 2 != (parity & 1)) return true;
    self().operation = "mbarrier_try_wait";
    yield();
    return false;
}
} // namespace emu
