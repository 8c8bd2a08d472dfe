// Checks rotary_cache.cu against double: both layouts, whole and partial rotation, odd halves, no rotation, bias, head norms, head dims,
// padding tokens, positions up to 40,000; everything else in qkv and the cache must stay as it was.
#include "emulator.h"
#include "cuda/warp.cuh"
#include <random>

#define BLOCK_TOKENS 16
#define TURN_STEP 512

// What a kernel was compiled with.
struct Numbers {
    int heads, kvHeads, dim, rotated;
    bool halves;
    int turnPairs, tokenBatches, lanes, threads;
};

namespace halves_of_128 {
#define HEAD_COUNT 4
#define KV_HEAD_COUNT 2
#define HEAD_DIM 128
#define ROTATED_DIMS 128
#define ROTARY_HALVES
#define rotary_cache rotary_halves_of_128
#include "cuda/rotary_cache.cu"
#include "rotary_numbers.h"
#include "attention_undefine.h"
} // namespace halves_of_128

namespace pairs_of_128 {
#define HEAD_COUNT 3
#define KV_HEAD_COUNT 1
#define HEAD_DIM 128
#define ROTATED_DIMS 128
#define rotary_cache rotary_pairs_of_128
#include "cuda/rotary_cache.cu"
#include "rotary_numbers.h"
#include "attention_undefine.h"
} // namespace pairs_of_128

namespace odd_halves_of_80 {
#define HEAD_COUNT 2
#define KV_HEAD_COUNT 2
#define HEAD_DIM 80
#define ROTATED_DIMS 20
#define ROTARY_HALVES
#define rotary_cache rotary_odd_halves_of_80
#include "cuda/rotary_cache.cu"
#include "rotary_numbers.h"
#include "attention_undefine.h"
} // namespace odd_halves_of_80

namespace few_pairs_of_96 {
#define HEAD_COUNT 2
#define KV_HEAD_COUNT 1
#define HEAD_DIM 96
#define ROTATED_DIMS 26
#define rotary_cache rotary_few_pairs_of_96
#include "cuda/rotary_cache.cu"
#include "rotary_numbers.h"
#include "attention_undefine.h"
} // namespace few_pairs_of_96

namespace part_of_256 {
#define HEAD_COUNT 3
#define KV_HEAD_COUNT 1
#define HEAD_DIM 256
#define ROTATED_DIMS 64
#define ROTARY_HALVES
#define rotary_cache rotary_part_of_256
#include "cuda/rotary_cache.cu"
#include "rotary_numbers.h"
#include "attention_undefine.h"
} // namespace part_of_256

namespace unrotated_64 {
#define HEAD_COUNT 2
#define KV_HEAD_COUNT 1
#define HEAD_DIM 64
#define ROTATED_DIMS 0
#define rotary_cache rotary_unrotated_64
#include "cuda/rotary_cache.cu"
#include "rotary_numbers.h"
#include "attention_undefine.h"
} // namespace unrotated_64

constexpr int CONTEXT = 40000, SLOTS = 3, STRIDE = CONTEXT / BLOCK_TOKENS, USED_BLOCKS = 40;
constexpr double THETA = 10000;
constexpr float EPSILON = 1e-5f;
#ifdef ELEMENT_F16
constexpr double MOST_ERROR = 3.3e-4;
#else
constexpr double MOST_ERROR = 2.6e-3;
#endif

static std::mt19937 randomBits(11);
static std::normal_distribution<float> normal;

static void fill(emu::Buffer<elem>& buffer) {
    for (elem& e : buffer) e = to_elem(normal(randomBits));
}

static double frequency(const Numbers& n, int pair) {
    return std::pow(THETA, -2.0 * pair / n.rotated);
}

static std::vector<float> turnsOf(const Numbers& n) {
    int rows = TURN_STEP + (CONTEXT + TURN_STEP - 1) / TURN_STEP;
    std::vector<float> turns((size_t)(rows * 2 * n.turnPairs + 4));
    for (int row = 0; row < rows; row++) {
        double position = row < TURN_STEP ? row : (double)(row - TURN_STEP) * TURN_STEP;
        for (int pair = 0; pair < n.rotated / 2; pair++) {
            turns[(size_t)(row * 2 * n.turnPairs + pair)] = (float)std::cos(position * frequency(n, pair));
            turns[(size_t)((row * 2 + 1) * n.turnPairs + pair)] = (float)std::sin(position * frequency(n, pair));
        }
    }
    return turns;
}

// One head after bias: norm, then rotation.
static std::vector<double> prepared(const Numbers& n, std::vector<double> x, const elem* norm, int position) {
    if (norm) {
        double squares = 0;
        for (double v : x) squares += v * v;
        for (int d = 0; d < n.dim; d++) x[(size_t)d] *= to_float(norm[d]) / std::sqrt(squares / n.dim + EPSILON);
    }
    std::vector<double> y = x;
    for (int i = 0; i < n.rotated / 2; i++) {
        size_t a = (size_t)(n.halves ? i : 2 * i), b = (size_t)(n.halves ? i + n.rotated / 2 : 2 * i + 1);
        double angle = position * frequency(n, i);
        y[a] = x[a] * std::cos(angle) - x[b] * std::sin(angle);
        y[b] = x[b] * std::cos(angle) + x[a] * std::sin(angle);
    }
    return y;
}

static bool isPoison(const elem* p, int count) {
    return std::all_of(p, p + count, [](elem e) { return e.bits == 0xffff; });
}

template <typename Kernel>
static void run(const char* name, Kernel kernel, const Numbers& n, int tokenCount, bool withBias, bool withNorm) {
    const int heads = n.heads + 2 * n.kvHeads, tokenElems = heads * n.dim;
    const std::string what = emu::text("%s, %d tokens, bias %d, norm %d", name, tokenCount, withBias, withNorm);
    emu::Buffer<elem> qkv((size_t)(tokenCount * tokenElems), "qkv"), bias((size_t)tokenElems, "bias"), queryNorm((size_t)n.dim, "queryNorm"),
            keyNorm((size_t)n.dim, "keyNorm");
    size_t cacheElems = (size_t)(USED_BLOCKS * n.kvHeads * BLOCK_TOKENS * n.dim);
    emu::Buffer<elem> keys(cacheElems, "keys"), values(cacheElems, "values");
    emu::Buffer<i32> tables(SLOTS * STRIDE, "tables"), slots((size_t)tokenCount, "slots"), positions((size_t)tokenCount, "positions");
    emu::Buffer<float> turns(turnsOf(n), "turns");
    fill(qkv), fill(bias), fill(queryNorm), fill(keyNorm);
    std::vector<elem> before(qkv.begin(), qkv.end());
    std::vector<i32> free;
    for (int b = 0; b < USED_BLOCKS; b++) free.push_back(b);
    std::shuffle(free.begin(), free.end(), randomBits);
    for (int t = 0; t < tokenCount; t++) {
        slots[t] = t % 4 == 3 ? -1 : t % 4;
        positions[t] = t % 2 ? t : CONTEXT - 1 - 7 * t;   // never the same twice in a slot
        i32& block = tables[slots[t] < 0 ? 0 : slots[t] * STRIDE + positions[t] / BLOCK_TOKENS];
        if (slots[t] >= 0 && block < 0) block = free.back(), free.pop_back();
        if (slots[t] < 0) positions[t] = -1;
    }
    int blocks = (tokenCount * n.tokenBatches * n.lanes + n.threads - 1) / n.threads;
    emu::launch(dim3((unsigned)blocks), (unsigned)n.threads, 0, [&] {
        kernel(qkv, withBias ? bias.data() : nullptr, withNorm ? queryNorm.data() : nullptr, withNorm ? keyNorm.data() : nullptr, EPSILON,
                turns, slots, positions, tokenCount, tables, STRIDE, keys, values);
    });
    for (int t = 0; t < tokenCount; t++) {
        for (int h = 0; h < heads; h++) {
            elem* place = qkv.data() + t * tokenElems + h * n.dim;
            const elem* old = before.data() + t * tokenElems + h * n.dim;
            bool isQuery = h < n.heads, isKey = !isQuery && h < n.heads + n.kvHeads;
            if (slots[t] < 0 || !isQuery) emu::expect(memcmp(place, old, (size_t)n.dim * 2) == 0, what + ": qkv stays");
            if (slots[t] < 0) continue;
            std::vector<double> x, got;
            for (int d = 0; d < n.dim; d++) x.push_back(to_float(old[d]) + (withBias ? to_float(bias[h * n.dim + d]) : 0.0));
            if (isQuery || isKey) x = prepared(n, x, withNorm ? (isQuery ? queryNorm : keyNorm).data() : nullptr, positions[t]);
            if (!isQuery) {
                int kvHead = (h - n.heads) % n.kvHeads, block = tables[slots[t] * STRIDE + positions[t] / BLOCK_TOKENS];
                place = (isKey ? keys : values).data() +
                        ((block * n.kvHeads + kvHead) * BLOCK_TOKENS + positions[t] % BLOCK_TOKENS) * n.dim;
            }
            for (int d = 0; d < n.dim; d++) got.push_back(to_float(place[d]));
            double error = emu::relativeError(got.data(), x.data(), got.size());
            emu::expect(error < MOST_ERROR, what + emu::text(": token %d at %d, head %d is off by %g", t, positions[t], h, error));
            if (!isQuery) memset((void*)place, 0xff, (size_t)n.dim * 2);
        }
    }
    emu::expect(isPoison(keys.data(), (int)keys.size()) && isPoison(values.data(), (int)values.size()), what + ": the rest of the cache stays");
}

#define RUN(name, tokens, withBias, withNorm) run(#name, name::rotary_##name, name::NUMBERS, tokens, withBias, withNorm)

int main() {
    RUN(halves_of_128, 1, false, false);
    RUN(halves_of_128, 13, true, true);
    RUN(pairs_of_128, 9, false, false);
    RUN(pairs_of_128, 5, true, true);
    RUN(odd_halves_of_80, 11, true, false);
    RUN(odd_halves_of_80, 6, false, true);
    RUN(few_pairs_of_96, 7, false, true);
    RUN(part_of_256, 6, true, true);
    RUN(unrotated_64, 5, true, true);
    RUN(unrotated_64, 2, false, false);
    return emu::finish("rotary_cache_check");
}
