// Checks decode_attention.cu against double: all head dims, 1 to 17 query heads a key head, grids from one block to more than there is
// work, windows, uneven lengths, padding; and that the counters are zero again, for a second launch.
#include "attention_step.h"

#define BLOCK_TOKENS 16
#define BLOCKS_PER_SM 1

namespace four_heads_of_64 {
#define HEAD_COUNT 8
#define KV_HEAD_COUNT 2
#define HEAD_DIM 64
#define WARPS 4
#define STAGES 3
#define decode_attention decode_four_heads_of_64
#include "cuda/decode_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace four_heads_of_64

namespace three_heads_of_80 {
#define HEAD_COUNT 3
#define KV_HEAD_COUNT 1
#define HEAD_DIM 80
#define WARPS 4
#define STAGES 2
#define decode_attention decode_three_heads_of_80
#include "cuda/decode_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace three_heads_of_80

namespace one_head_of_96 {
#define HEAD_COUNT 3
#define KV_HEAD_COUNT 3
#define HEAD_DIM 96
#define WARPS 4
#define STAGES 4
#define decode_attention decode_one_head_of_96
#include "cuda/decode_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace one_head_of_96

namespace eight_heads_of_128 {
#define HEAD_COUNT 16
#define KV_HEAD_COUNT 2
#define HEAD_DIM 128
#define WARPS 4
#define STAGES 3
#define decode_attention decode_eight_heads_of_128
#include "cuda/decode_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace eight_heads_of_128

namespace seventeen_heads_of_128 {
#define HEAD_COUNT 34
#define KV_HEAD_COUNT 2
#define HEAD_DIM 128
#define WARPS 4
#define STAGES 2
#define decode_attention decode_seventeen_heads_of_128
#include "cuda/decode_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace seventeen_heads_of_128

namespace sixteen_heads_of_256 {
#define HEAD_COUNT 16
#define KV_HEAD_COUNT 1
#define HEAD_DIM 256
#define WARPS 2
#define STAGES 2
#define decode_attention decode_sixteen_heads_of_256
#include "cuda/decode_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace sixteen_heads_of_256

struct Launch {
    Shape shape;
    int packs, packSums, threads, sharedBytes;
};

template <typename Kernel>
static void run(const char* name, Kernel kernel, Launch launch, const std::vector<Row>& rows, int window, int blocks, unsigned seed) {
    Step step(launch.shape, rows, window, seed);
    emu::Buffer<u32> counters(rows.size() * (size_t)launch.packs, "counters");
    emu::Buffer<float> partials((size_t)(2 * blocks * launch.packSums), "partials");
    std::fill(counters.begin(), counters.end(), 0);
    for (int repeat = 0; repeat < 2; repeat++) {
        step.out.poison();
        emu::launch(dim3((unsigned)blocks), (unsigned)launch.threads, (size_t)launch.sharedBytes, [&] {
            kernel(step.qkv, step.keys, step.values, step.tables, step.tableStride, step.rowSlots, step.rowFirstTokens, step.rowLengths,
                    (i32)rows.size(), launch.shape.scale() * LOG2_E, window, counters, partials, step.out);
        });
        step.check(emu::text("%s, window %d, %d blocks, launch %d", name, window, blocks, repeat));
        bool zero = std::all_of(counters.begin(), counters.end(), [](u32 count) { return count == 0; });
        emu::expect(zero, emu::text("%s, %d blocks: counters are zero again", name, blocks));
    }
}

#define RUN(name, rows, window, blocks)                                                                                       \
    run(#name, name::decode_##name, {name::SHAPE, name::PACKS, name::PACK_SUMS, name::THREADS, name::SHARED_BYTES}, rows, window, blocks, \
            __LINE__)

int main() {
    const std::vector<Row> one = {{3, 1, 1}};
    const std::vector<Row> uneven = {{3, 1, 17}, {-1, 1, 40}, {0, 1, 700}, {7, 1, 16}, {5, 1, 0}, {2, 1, 65}, {8, 1, 128}, {-1, 1, 0}};
    const std::vector<Row> padding = {{-1, 1, 5}, {-1, 1, 0}};
    std::vector<Row> many;
    for (int r = 0; r < 70; r++) many.push_back({r % 5 == 0 ? r / 5 : -1, 1, 1 + r * 7 % 90});
    RUN(four_heads_of_64, one, 0, 3);
    RUN(four_heads_of_64, uneven, 0, 1);
    RUN(four_heads_of_64, uneven, 0, 7);
    RUN(four_heads_of_64, many, 0, 9);
    RUN(four_heads_of_64, padding, 0, 4);
    RUN(three_heads_of_80, uneven, 0, 6);
    RUN(three_heads_of_80, uneven, 100, 5);
    RUN(one_head_of_96, uneven, 0, 16);
    RUN(one_head_of_96, uneven, 16, 3);
    RUN(eight_heads_of_128, one, 1, 2);
    RUN(eight_heads_of_128, uneven, 0, 2);
    RUN(eight_heads_of_128, (std::vector<Row>{{1, 1, 1500}}), 0, 40);
    RUN(eight_heads_of_128, (std::vector<Row>{{1, 1, 1500}}), 333, 8);
    RUN(seventeen_heads_of_128, uneven, 0, 9);
    RUN(sixteen_heads_of_256, uneven, 0, 11);
    RUN(sixteen_heads_of_256, uneven, 31, 4);
    return emu::finish("decode_attention_check");
}
