// Device memory of the emulator: guarded buffers, and the shared memory of the block that runs.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

extern "C" char __start_emu_shared[] __attribute__((weak)), __stop_emu_shared[] __attribute__((weak));

namespace emu {
constexpr unsigned char POISON = 0xff, CANARY = 0xa5;
constexpr size_t GUARD_BYTES = 256;

//   mapping                data                end          forbidden
//   | canary (>= 256)      | poison, data      | canary <16 | one page
struct Region {
    std::string name;
    unsigned char *mapping, *data, *forbidden;
    size_t bytes;

    unsigned char* end() const {
        return data + bytes;
    }

    void verify() const {
        for (unsigned char* p = mapping; p < forbidden; p++) {
            if (p == data && bytes > 0) p = end();
            if (p < forbidden && *p != CANARY) {
                if (p < data) fail(text("'%s': the byte %td before its start was written", name.c_str(), data - p));
                fail(text("'%s' of %zu bytes: the byte %td after its end was written", name.c_str(), bytes, p - end()));
            }
        }
    }
};

inline std::vector<Region>& regions() {
    static std::vector<Region> all;
    return all;
}

inline Region allocate(size_t bytes, const std::string& name) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), used = (bytes + 15) / 16 * 16;
    size_t mapped = (used + GUARD_BYTES + page - 1) / page * page;
    void* mapping = mmap(nullptr, mapped + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) fail("no memory for '" + name + "'");
    Region r{name, (unsigned char*)mapping, nullptr, (unsigned char*)mapping + mapped, bytes};
    r.data = r.forbidden - used;
    mprotect(r.forbidden, page, PROT_NONE);
    memset(r.mapping, CANARY, mapped);
    memset(r.data, POISON, bytes);
    regions().push_back(r);
    return r;
}

inline void release(unsigned char* data) {
    std::vector<Region>& all = regions();
    for (size_t i = 0; i < all.size(); i++) {
        if (all[i].data != data) continue;
        munmap(all[i].mapping, (size_t)(all[i].forbidden - all[i].mapping) + (size_t)sysconf(_SC_PAGESIZE));
        all.erase(all.begin() + (long)i);
        return;
    }
}

inline void verifyGuards() {
    for (const Region& r : regions()) r.verify();
}

// `count` values of device memory, 16-byte aligned and not more; each byte is 0xff at first (NaN, or -1). The name is
// for messages.
template <typename T>
class Buffer {
    T* values;
    size_t count;

public:
    explicit Buffer(size_t count, const std::string& name = "buffer") : count(count) {
        values = (T*)allocate(count * sizeof(T), name).data;
    }
    Buffer(const std::vector<T>& from, const std::string& name = "buffer") : Buffer(from.size(), name) {
        std::copy(from.begin(), from.end(), values);
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() {
        release((unsigned char*)values);
    }
    operator T*() {
        return values;
    }
    T* data() {
        return values;
    }
    size_t size() const {
        return count;
    }
    T* begin() {
        return values;
    }
    T* end() {
        return values + count;
    }
    void poison() {
        memset((void*)values, POISON, count * sizeof(T));
    }
};

// ---- shared memory: a u32 address is an offset in the static section, or DYNAMIC + offset in the launch's dynamic
// part

constexpr u32 DYNAMIC = 1u << 24;

struct Shared {
    unsigned char* dynamic = nullptr;
    size_t bytes = 0;
};
inline Shared shared;

inline void poisonShared() {
    if (shared.bytes > 0) memset(shared.dynamic, POISON, shared.bytes);
    if (__start_emu_shared) memset(__start_emu_shared, POISON, (size_t)(__stop_emu_shared - __start_emu_shared));
}

// The place of `bytes` shared bytes; a failure where they are not all shared memory, or not aligned to `alignment`.
inline unsigned char* resolve(u32 address, u32 bytes, u32 alignment, const char* operation) {
    size_t staticBytes = __start_emu_shared ? (size_t)(__stop_emu_shared - __start_emu_shared) : 0;
    bool isDynamic = address >= DYNAMIC;
    size_t offset = isDynamic ? address - DYNAMIC : address, limit = isDynamic ? shared.bytes : staticBytes;
    if (offset + bytes > limit) {
        fail(text("%s: bytes %zu to %zu of %zu bytes of %s shared memory", operation, offset, offset + bytes, limit,
                  isDynamic ? "dynamic" : "static"));
    }
    unsigned char* place = isDynamic ? shared.dynamic + offset : (unsigned char*)__start_emu_shared + offset;
    if (((uintptr_t)place) % alignment != 0) {
        fail(text("%s: shared offset %zu is not aligned to %u bytes", operation, offset, alignment));
    }
    return place;
}

inline void requireAligned(const void* p, u32 alignment, const char* operation) {
    if ((uintptr_t)p % alignment != 0) fail(text("%s: address %p is not aligned to %u bytes", operation, p, alignment));
}
} // namespace emu
