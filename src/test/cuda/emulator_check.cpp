// Checks the emulator itself, and shows its use: sumBlocks is a kernel as it would stand in a .cu.
#include "emulator.h"

#include "cuda/warp.cuh"
#include <random>

// sums[b] = the sum of the b-th run of blockDim.x numbers
extern "C" __global__ void sumBlocks(const elem* __restrict__ x, float* __restrict__ sums, int count) {
    __shared__ float scratch[32];
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    float sum = block_sum(i < count ? to_float(x[i]) : 0.0f, scratch);
    if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

static std::mt19937 randomBits(7);

static float randomFloat() {
    return std::uniform_real_distribution<float>(-1, 1)(randomBits);
}

static void sumsBlocks() {
    const int count = 1000, threads = 160, blocks = 7;
    emu::Buffer<elem> x(count, "x");
    emu::Buffer<float> sums(blocks, "sums");
    double expected[blocks] = {};
    for (int i = 0; i < count; i++) {
        x[i] = to_elem(randomFloat());
        expected[i / threads] += to_float(x[i]);
    }
    emu::launch(blocks, threads, 0, [&] { sumBlocks(x, sums, count); });
    emu::expect(emu::relativeError(sums.data(), expected, blocks) < 1e-5, "block sums");
}

static void convertsToTheNearestElement() {
    // every finite element, its two neighbours, and what lies halfway and a little beside it
    for (u32 bits = 0; bits < 0x8000; bits++) {
        elem e{(u16)bits}, next{(u16)(bits + 1)};
        float value = to_float(e), following = to_float(next);
        if (std::isnan(value)) {
            emu::expect(to_elem(value).bits == 0x7fff, "NaN is 0x7fff");
            continue;
        }
        emu::expect(to_elem(value).bits == bits && to_elem(-value).bits == (bits | 0x8000),
                    emu::text("element %04x there and back", bits));
        if (std::isnan(following) || std::isinf(following)) continue;
        float half = (float)(((double)value + following) / 2);
        u16 even = bits & 1 ? next.bits : e.bits;
        emu::expect(to_elem(half).bits == even, emu::text("tie above %04x", bits));
        emu::expect(to_elem(std::nextafter(half, 0.0f)).bits == bits, emu::text("below the tie above %04x", bits));
        emu::expect(to_elem(std::nextafter(half, INFINITY)).bits == next.bits,
                    emu::text("above the tie above %04x", bits));
    }
    float lo, hi;
    unpack2(pack2(1.5f, -2.0f), lo, hi);
    emu::expect(lo == 1.5f && hi == -2.0f && (pack2(1.5f, 0) >> 16) == 0, "the low half comes first");
#ifdef ELEMENT_F16
    emu::expect(to_elem(1.0f).bits == 0x3c00 && to_elem(65504).bits == 0x7bff && to_elem(65519.99f).bits == 0x7bff,
                "f16 bits");
    emu::expect(to_elem(65520).bits == 0x7c00 && to_elem(5.96046448e-8f).bits == 1 && to_elem(2.98e-8f).bits == 0,
                "f16 ends");
#else
    emu::expect(to_elem(1.0f).bits == 0x3f80 && to_elem(3.14159265f).bits == 0x4049 && to_elem(3.4e38f).bits == 0x7f80,
                "bf16 bits");
#endif
}

// d = 1 + a * b and dTransposed = a * bRows by ldmatrix and mma: a [16, 16] row-major, b [16, 8] column by column,
// bRows the same matrix row-major, for the transposed load
__global__ void multiply(const elem* a, const elem* b, const elem* bRows, float* d, float* dTransposed) {
    DYNAMIC_SHARED(bytes);
    elem *aTile = (elem*)bytes, *bTile = aTile + 256, *rowsTile = bTile + 128;
    for (int i = threadIdx.x; i < 256; i += 32) aTile[i] = a[i];
    for (int i = threadIdx.x; i < 128; i += 32) bTile[i] = b[i], rowsTile[i] = bRows[i];
    sync_warp();
    int lane = lane_index();
    u32 af[4], bf[2], bt[2];
    ldmatrix_x4(af, shared_address(aTile + (lane % 16) * 16 + lane / 16 * 8));
    ldmatrix_x2(bf, shared_address(bTile + (lane % 8) * 16 + lane / 8 % 2 * 8));
    ldmatrix_x2_trans(bt, shared_address(rowsTile + (lane % 16) * 8));
    float plain[4] = {1, 1, 1, 1}, transposed[4] = {};
    mma_m16n8k16(plain, af, bf[0], bf[1]);
    mma_m16n8k16(transposed, af, bt[0], bt[1]);
    for (int i = 0; i < 4; i++) {
        int place = (lane / 4 + i / 2 * 8) * 8 + 2 * (lane % 4) + i % 2;
        d[place] = plain[i];
        dTransposed[place] = transposed[i];
    }
}

static void multipliesThroughTheFragmentsOfThePtxManual() {
    emu::Buffer<elem> a(256, "a"), b(128, "b"), bRows(128, "bRows");
    emu::Buffer<float> d(128, "d"), dTransposed(128, "dTransposed");
    for (elem& e : a) e = to_elem(randomFloat());
    for (int k = 0; k < 16; k++) {
        for (int n = 0; n < 8; n++) bRows[k * 8 + n] = b[n * 16 + k] = to_elem(randomFloat());
    }
    emu::launch(1, 32, 1024, [&] { multiply(a, b, bRows, d, dTransposed); });
    for (int m = 0; m < 16; m++) {
        for (int n = 0; n < 8; n++) {
            double sum = 0;
            for (int k = 0; k < 16; k++) sum += (double)to_float(a[m * 16 + k]) * to_float(b[n * 16 + k]);
            emu::expect(std::fabs(d[m * 8 + n] - 1 - sum) < 1e-5, emu::text("product at %d, %d", m, n));
            emu::expect(std::fabs(dTransposed[m * 8 + n] - sum) < 1e-5,
                        emu::text("transposed product at %d, %d", m, n));
        }
    }
    // the layout by itself: lane l holds the elements (l / 4, 2 * (l % 4)) and the next of matrix j, or of its mirror
    // image
    emu::launch(1, 32, 512, [] {
        DYNAMIC_SHARED(bytes);
        u16* m = (u16*)bytes;
        for (int i = threadIdx.x; i < 256; i += 32) m[i] = (u16)i;
        sync_threads();
        u32 r[4], t[4], l = threadIdx.x;
        ldmatrix_x4(r, shared_address(m + l * 8));
        ldmatrix_x4_trans(t, shared_address(m + l * 8));
        for (u32 j = 0; j < 4; j++) {
            u32 first = j * 64 + l / 4 * 8 + 2 * (l % 4), mirrored = j * 64 + 2 * (l % 4) * 8 + l / 4;
            emu::expect(r[j] == (first | (first + 1) << 16), "ldmatrix layout");
            emu::expect(t[j] == (mirrored | (mirrored + 8) << 16), "ldmatrix transposed layout");
        }
        u32 one[1], two[2];
        ldmatrix_x1(one, shared_address(m + l % 8 * 8));
        ldmatrix_x2_trans(two, shared_address(m + l % 16 * 8));
        emu::expect(one[0] == r[0] && two[0] == t[0] && two[1] == t[1], "one and two matrices are the first of four");
    });
}

static void shufflesAndVotes() {
    emu::launch(2, 96, 0, [] {
        int l = lane_index(), value = 100 * warp_index() + l, base = value - l;
        emu::expect(shuffle_xor(value, 5) == base + (l ^ 5), "xor");
        emu::expect(shuffle_up(value, 3) == (l < 3 ? value : value - 3), "up");
        emu::expect(shuffle_down(value, 3) == (l > 28 ? value : value + 3), "down");
        emu::expect(shuffle_from(value, (l + 1) % 32) == base + (l + 1) % 32, "from");
        emu::expect(shuffle_from(0.5f * (float)value, 2) == 0.5f * (float)(base + 2), "from, float");
        emu::expect(warp_ballot(l % 3 == 0) == 0x49249249u, "ballot");
        emu::expect(any_lane(l == 31) && !any_lane(l == 32) && all_lanes(l < 32) && !all_lanes(l > 0), "any and all");
        emu::expect(warp_sum((float)l) == 496 && warp_max((float)l) == 31 && group_sum<4>(1) == 4, "reductions");
        emu::expect(group_max<8>((float)l) == (float)(l / 8 * 8 + 7), "group maximum");
    });
    emu::launch(1, dim3(16, 4, 2), 0, [] { // three-dimensional blocks, and barriers of a part
        __shared__ float scratch[32];
        u32 thread = threadIdx.x + 16 * (threadIdx.y + 4 * threadIdx.z);
        if (thread < 64) {
            scratch[thread / 32] = 7;
            barrier_sync(1, 64);
            emu::expect(scratch[1 - thread / 32] == 7, "named barrier");
            barrier_arrive(2, 128);
        } else {
            barrier_sync(2, 128);
            emu::expect(scratch[0] == 7, "a barrier that half of the threads only arrive at");
        }
    });
    emu::launch(1, 1024, 0, [] {
        __shared__ float scratch[32];
        float x = (float)threadIdx.x;
        emu::expect(block_sum(x, scratch) == 1023 * 512 && block_max(x, scratch) == 1023 &&
                            block_max(-x - 1, scratch) == -1,
                    "block");
    });
}

static bool isNan(const void* p) {
    float x;
    memcpy(&x, p, 4);
    return std::isnan(x);
}

static void copiesLandNoEarlierThanTheirWait() {
    emu::Buffer<float> x(64, "x");
    for (int i = 0; i < 64; i++) x[i] = (float)i;
    bool late = !emu::eagerCopies();
    emu::launch(2, 32, 1024, [&] {
        DYNAMIC_SHARED(bytes);
        float* tile = (float*)bytes;
        if (threadIdx.x > 0) return;
        emu::expect(isNan(tile) && isNan(tile + 255), "shared memory starts as NaN");
        cp_async16(shared_address(tile), x);
        cp_async_commit();
        cp_async16(shared_address(tile + 4), x + 4);
        cp_async16_zfill(shared_address(tile + 8), x + 8, false);
        cp_async_commit();
        emu::expect(isNan(tile) == late, "stale before the wait");
        cp_async_wait<1>();
        emu::expect(tile[0] == 0 && tile[3] == 3, "the older group has landed");
        emu::expect(isNan(tile + 4) == late && isNan(tile + 8) == late, "the newer group has not");
        cp_async_wait<0>();
        emu::expect(tile[4] == 4 && tile[7] == 7 && tile[8] == 0 && tile[11] == 0 && isNan(tile + 12),
                    "the newer group has landed");
    });
    emu::launch(1, 64, 1024, [&] {
        DYNAMIC_SHARED(bytes);
        alignas(8) __shared__ u64 barrier;
        float* tile = (float*)bytes;
        u32 full = shared_address(&barrier);
        if (threadIdx.x == 0) {
            mbarrier_init(full, 1);
            mbarrier_fence_init();
        }
        sync_threads();
        for (u32 round = 0; round < 3; round++) {
            if (threadIdx.x == 0) {
                mbarrier_arrive_expect(full, 128);
                bulk_copy(shared_address(tile), x + 4 * round, 64, full);
                bulk_copy(shared_address(tile + 16), x + 16 + 4 * round, 64, full);
                emu::expect(round > 0 || isNan(tile) == late, "stale before the wait for the barrier");
            }
            mbarrier_wait(full, round % 2);
            emu::expect(tile[0] == (float)(4 * round) && tile[16] == (float)(16 + 4 * round),
                        "bulk copies have landed");
            sync_threads();
        }
    });
}

// Each is a mistake in a kernel that must not go unseen.
static void mistakesAreCaught() {
    emu::Buffer<float> x(61, "x");
    for (float& f : x) f = 0;
    emu::expectFailure("the byte 0 after its end was written", [&] {
        emu::Buffer<float> y(61, "y");
        emu::launch(1, 62, 0, [&] { y[threadIdx.x] = 1; });
    });
    emu::expectFailure("the byte 8 before its start was written", [&] {
        emu::Buffer<float> y(61, "y");
        emu::launch(1, 1, 0, [&] { ((volatile float*)y.data())[-2] = 1; });
    });
    emu::expectFailure("touches byte 400 of 'x', which has 244 bytes", [&] {
        emu::launch(1, 1, 0, [&] { emu::expect(((volatile float*)x.data())[100] == 0, "unreachable"); });
    });
    emu::expectFailure("lanes 0000ffff: shuffle_xor", [&] {
        emu::launch(1, 64, 0, [&] { threadIdx.x % 32 < 16 ? (void)warp_sum(1) : sync_threads(); });
    });
    emu::expectFailure("while lanes",
                       [&] { emu::launch(1, 32, 0, [&] { threadIdx.x < 3 ? (void)warp_sum(1) : sync_warp(); }); });
    emu::expectFailure("barrier_sync 1", [&] {
        emu::launch(1, 64, 0, [&] {
            if (threadIdx.x < 32) barrier_sync(1, 64);
        });
    });
    emu::expectFailure("only the lanes 7fffffff", [&] {
        emu::launch(1, 32, 0, [&] {
            float d[4] = {};
            u32 a[4] = {};
            if (threadIdx.x < 31) mma_m16n8k16(d, a, 0, 0);
        });
    });
    emu::expectFailure("bytes 1024 to 1040 of 1024", [&] {
        emu::launch(1, 32, 1024, [&] {
            DYNAMIC_SHARED(bytes);
            cp_async16(shared_address(bytes + 1024), x);
        });
    });
    emu::expectFailure("wrote byte 100 of 100 bytes of dynamic shared memory", [&] {
        emu::launch(1, 32, 100, [&] {
            DYNAMIC_SHARED(bytes);
            bytes[100] = 1;
        });
    });
    emu::expectFailure("is not aligned to 16 bytes", [&] { emu::launch(1, 1, 0, [&] { load16(x + 1); }); });
    emu::expectFailure("mbarrier_try_wait", [&] {
        emu::launch(1, 32, 64, [&] {
            DYNAMIC_SHARED(bytes);
            mbarrier_init(shared_address(bytes), 33);
            sync_threads();
            mbarrier_arrive(shared_address(bytes));
            mbarrier_wait(shared_address(bytes), 0);
        });
    });
    emu::expectFailure("its stack is too small", [&] {
        emu::launch(1, 1, 0, [&] {
            volatile char large[emu::STACK_BYTES + 512];
            large[0] = 1;
            emu::expect(large[0] == 1, "unreachable");
        });
    });
    sumsBlocks(); // and the machine works after all that
}

// reverses x [2, 64] round by round through shared memory, with barriers to leave out: 1 before reading, 2 before the next
// round writes, 4 within the warp
__global__ void reverse(const float* x, float* out, int leftOut) {
    __shared__ float tile[64];
    int i = (int)threadIdx.x;
    for (int round = 0; round < 2; round++) {
        tile[i] = x[64 * round + i];
        if (!(leftOut & 1)) sync_threads();
        float across = tile[63 - i];
        if (!(leftOut & 2)) sync_threads();
        tile[i] = across;
        if (!(leftOut & 4)) sync_warp();
        out[64 * round + i] = tile[i ^ 1];
        if (!(leftOut & 4)) sync_warp();
    }
}

static void missingBarriersAreWrongInSomeOrder() {
    emu::Buffer<float> x(128, "x"), out(128, "out");
    for (int i = 0; i < 128; i++) x[i] = (float)i;
    for (int leftOut : {0, 1, 2, 4}) {
        int wrongOrders = 0;
        for (const char* seed : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
            setenv("EMU_SEED", seed, 1);
            emu::launch(1, 64, 0, [&] { reverse(x, out, leftOut); });
            bool right = true;
            for (int i = 0; i < 128; i++) right &= out[i] == (float)(i / 64 * 64 + ((63 - i % 64) ^ 1));
            wrongOrders += !right;
        }
        emu::expect(leftOut == 0 ? wrongOrders == 0 : wrongOrders > 0,
                    emu::text("%d of 8 orders are wrong without %d", wrongOrders, leftOut));
    }
}

int main() {
    sumsBlocks();
    convertsToTheNearestElement();
    multipliesThroughTheFragmentsOfThePtxManual();
    shufflesAndVotes();
    copiesLandNoEarlierThanTheirWait();
    mistakesAreCaught();
    missingBarriersAreWrongInSomeOrder();
    return emu::finish("emulator");
}
