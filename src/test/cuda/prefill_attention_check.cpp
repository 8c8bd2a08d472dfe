// Checks prefill_attention.cu against double: all head dims, 1 to 17 query heads a key head, tile shapes, windows, chunks, padding.
#include "attention_step.h"

#define BLOCK_TOKENS 16
#define BLOCKS_PER_SM 1

namespace four_heads_of_64 {
#define HEAD_COUNT 4
#define KV_HEAD_COUNT 1
#define HEAD_DIM 64
#define WARPS 4
#define ROW_TILES 2
#define KEY_TILE 64
#define STAGES 2
#define prefill_attention prefill_four_heads_of_64
#include "cuda/prefill_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace four_heads_of_64

namespace three_heads_of_80 {
#define HEAD_COUNT 6
#define KV_HEAD_COUNT 2
#define HEAD_DIM 80
#define WARPS 4
#define ROW_TILES 2
#define KEY_TILE 64
#define STAGES 2
#define prefill_attention prefill_three_heads_of_80
#include "cuda/prefill_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace three_heads_of_80

namespace one_head_of_96 {
#define HEAD_COUNT 2
#define KV_HEAD_COUNT 2
#define HEAD_DIM 96
#define WARPS 4
#define ROW_TILES 2
#define KEY_TILE 32
#define STAGES 2
#define prefill_attention prefill_one_head_of_96
#include "cuda/prefill_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace one_head_of_96

namespace seventeen_heads_of_128 {
#define HEAD_COUNT 17
#define KV_HEAD_COUNT 1
#define HEAD_DIM 128
#define WARPS 4
#define ROW_TILES 2
#define KEY_TILE 64
#define STAGES 3
#define prefill_attention prefill_seventeen_heads_of_128
#include "cuda/prefill_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace seventeen_heads_of_128

namespace sixteen_heads_of_256 {
#define HEAD_COUNT 16
#define KV_HEAD_COUNT 1
#define HEAD_DIM 256
#define WARPS 8
#define ROW_TILES 1
#define KEY_TILE 64
#define STAGES 2
#define prefill_attention prefill_sixteen_heads_of_256
#include "cuda/prefill_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace sixteen_heads_of_256

namespace two_heads_of_256 {
#define HEAD_COUNT 2
#define KV_HEAD_COUNT 1
#define HEAD_DIM 256
#define WARPS 4
#define ROW_TILES 1
#define KEY_TILE 32
#define STAGES 2
#define prefill_attention prefill_two_heads_of_256
#include "cuda/prefill_attention.cu"
constexpr Shape SHAPE = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM};
#include "attention_undefine.h"
} // namespace two_heads_of_256

// Tiles of every row in order, and one of padding between rows.
static std::vector<i32> tilesOf(const std::vector<Row>& rows, int tileTokens) {
    std::vector<i32> tiles;
    for (size_t r = 0; r < rows.size(); r++) {
        for (int first = 0; first < rows[r].tokens; first += tileTokens) tiles.insert(tiles.end(), {(i32)r, first});
        tiles.insert(tiles.end(), {-1, 0});
    }
    return tiles;
}

template <typename Kernel>
static void run(const char* name, Kernel kernel, Shape shape, int packs, int tileTokens, int threads, int sharedBytes,
        const std::vector<Row>& rows, int window, unsigned seed) {
    Step step(shape, rows, window, seed);
    std::vector<i32> list = tilesOf(rows, tileTokens);
    emu::Buffer<i32> tiles(list, "tiles");
    emu::launch(dim3((unsigned)list.size() / 2, (unsigned)packs), (unsigned)threads, (size_t)sharedBytes, [&] {
        kernel(step.qkv, step.keys, step.values, step.tables, step.tableStride, step.rowSlots, step.rowFirstTokens, step.rowTokens,
                step.rowLengths, tiles, shape.scale() * LOG2_E, window, step.out);
    });
    step.check(emu::text("%s, window %d", name, window));
}

#define RUN(name, rows, window)                                                                                               \
    run(#name, name::prefill_##name, name::SHAPE, name::PACKS, name::TILE_TOKENS, name::THREADS, name::SHARED_BYTES, rows, window, \
            __LINE__)

int main() {
    // Prompts, the rest of a prompt, a single token, drafts, padding; lengths at, before and after borders of blocks and tiles.
    const std::vector<Row> mixed = {{3, 70, 70}, {-1, 2, 2}, {0, 1, 33}, {7, 33, 161}, {5, 5, 64}};
    const std::vector<Row> small = {{2, 1, 1}, {9, 17, 17}, {4, 16, 48}, {1, 3, 100}};
    RUN(four_heads_of_64, mixed, 0);
    RUN(four_heads_of_64, (std::vector<Row>{{1, 130, 200}}), 37);
    RUN(four_heads_of_64, small, 16);
    RUN(three_heads_of_80, mixed, 0);
    RUN(three_heads_of_80, small, 20);
    RUN(one_head_of_96, (std::vector<Row>{{1, 129, 129}, {6, 40, 190}}), 0);
    RUN(one_head_of_96, (std::vector<Row>{{1, 129, 300}}), 64);
    RUN(seventeen_heads_of_128, small, 0);
    RUN(seventeen_heads_of_128, mixed, 50);
    RUN(sixteen_heads_of_256, small, 0);
    RUN(sixteen_heads_of_256, (std::vector<Row>{{1, 20, 140}}), 1);
    RUN(two_heads_of_256, mixed, 0);
    RUN(two_heads_of_256, small, 33);
    return emu::finish("prefill_attention_check");
}
