// Attention of rows that bring several tokens (prompts, chunks of prompts, drafts): for token i of row r at position
// p = rowLengths[r] - rowTokens[r] + i, and query head h,
//
//   out[t, h] = sum over positions j <= p (and j > p - W, where the window W > 0) of softmax_j(scale * q . k_j) * v_j
//
// Keys and values come from the cache only: rotary_cache has written the step's own before.
//
//   qkv, keys, values, tables, out   see attention.cuh; E, 16-byte aligned
//   rowSlots, rowFirstTokens, rowTokens, rowLengths   i32 [rows]: slot, first token in the step, tokens, positions up to its last token
//   tiles        i32 [tiles][2]: row, and the first of up to TILE_TOKENS tokens of the row. A row or slot of -1 does nothing.
//   scaleLog2    the score's factor times log2(e)       windowTokens   W, 0 for none
//
// One block works on QUERY_ROWS = WARPS * ROW_TILES * 16 query rows, which are TILE_TOKENS tokens times the PACK_HEADS heads of one
// key head (row m is token m / PACK_HEADS, head m % PACK_HEADS), and walks over tiles of KEY_TILE keys from the first block that the
// window of its first token touches up to its last token. Warps share the keys, each has ROW_TILES * 16 rows of its own:
//
//   shared memory:  queries [QUERY_ROWS][ROW_BYTES] | STAGES x (keys [KEY_TILE][ROW_BYTES] | values [KEY_TILE][ROW_BYTES])
//
// f32 scores, sums and outputs in registers, weights rounded to E for the second product, output rounded once. Values of places past
// the row's end are zeroed on their way in: what lies there may be NaN. D of 80 and 96 are whole matrix steps, so nothing is padded.
// Geometry: grid (tiles, PACKS), started in the list's order: list first what walks over most keys. WARPS * 32 threads; dynamic shared
// memory as drawn.
// Constants: attention.cuh's, WARPS, ROW_TILES, KEY_TILE, STAGES (at least 2), BLOCKS_PER_SM.
// The tile list, spans and block tables are read before the previous kernel's end (attention.cuh).
// Source: Dao 2023 (FlashAttention-2); the stale maximum as in FlashAttention-4's conditional rescaling.
#include "attention.cuh"

constexpr int THREADS = WARPS * WARP_LANES;
constexpr int WARP_ROWS = ROW_TILES * 16;
constexpr int QUERY_ROWS = WARPS * WARP_ROWS;
constexpr int TILE_TOKENS = QUERY_ROWS / PACK_HEADS;
constexpr int KEY_PIECES = KEY_TILE / 8;                 // columns of a score matrix
constexpr int KEY_STEPS = KEY_TILE / 16;
constexpr int STAGE_BYTES = 2 * KEY_TILE * ROW_BYTES;
constexpr int SHARED_BYTES = QUERY_ROWS * ROW_BYTES + STAGES * STAGE_BYTES;   // what a launch must give
constexpr int COPY_LANES = HEAD_VECS <= 8 ? 8 : HEAD_VECS <= 16 ? 16 : 32;
constexpr int PASS_KEYS = THREADS / COPY_LANES;
constexpr bool QUERIES_IN_REGISTERS = ROW_TILES * HEAD_STEPS <= 8;

static_assert(SHARED_BYTES <= 227 * 1024, "no card has more");
static_assert(KEY_TILE % BLOCK_TOKENS == 0 && KEY_STEPS <= WARP_LANES, "a lane for every block of a tile");
static_assert(BLOCK_TOKENS % PASS_KEYS == 0, "the keys of a pass lie in one block");
static_assert(STAGES >= 2, "one tile is copied while another is worked on");

// What a block works on; positions are those of the row's sequence.
struct Work {
    int firstToken;        // of the tile, in the step
    int tokenCount;        // of the tile, 0 where there is nothing to do
    int firstPosition;     // of its first token
    int table;             // where its slot's blocks begin in the tables
};

__device__ __forceinline__ Work work_of(int tile, const i32* tiles, const i32* rowSlots, const i32* rowFirstTokens,
        const i32* rowTokens, const i32* rowLengths, i32 tableStride) {
    const int row = tiles[2 * tile];
    const int slot = row < 0 ? -1 : rowSlots[row];
    if (slot < 0) return {0, 0, 0, 0};
    const int skipped = tiles[2 * tile + 1];
    const int tokens = rowTokens[row];
    return {rowFirstTokens[row] + skipped, min(TILE_TOKENS, tokens - skipped), rowLengths[row] - tokens + skipped, slot * tableStride};
}

// The keys that a block walks over: from the beginning of a block to the last token of the tile.
struct Keys {
    int start;
    int end;
    int head;              // the elements before the key head, in block 0
    int table;             // where the block ids of the slot begin
};

// The block ids of a tile of keys: block i in lane i < KEY_STEPS; those past the end repeat the last.
__device__ __forceinline__ i32 block_ids(const Keys& keys, const i32* tables, int tile) {
    const int block = keys.start / BLOCK_TOKENS + tile * KEY_STEPS + min(lane_index(), KEY_STEPS - 1);
    return tables[keys.table + min(block, (keys.end - 1) / BLOCK_TOKENS)];
}

// Starts the copy of a tile's keys and values into a stage: a pass of all threads takes PASS_KEYS neighbouring keys, of one block. (D of 80
// and 96 leave some lanes idle here; the addresses of a pass are then constants away from those of the one before.)
__device__ __forceinline__ void copy_tile(const Keys& keys, const elem* cachedKeys, const elem* cachedValues, i32 blocks, int tile,
        u32 stage) {
    const int passKey = (int)threadIdx.x / COPY_LANES;
    const int vec = (int)threadIdx.x % COPY_LANES;
    const int validKeys = keys.end - keys.start - tile * KEY_TILE - passKey;
    const int head = keys.head + passKey * HEAD_DIM + vec * VEC_ELEMS;
    const u32 to = stage + passKey * ROW_BYTES + vec * (int)sizeof(vec16);
#pragma unroll
    for (int first = 0; first < KEY_TILE; first += BLOCK_TOKENS) {
        const i64 block = block_offset(shuffle_from(blocks, first / BLOCK_TOKENS), 0);
        const elem* const key = cachedKeys + head + block;
        const elem* const value = cachedValues + head + block;
        if (vec >= HEAD_VECS) continue;
#pragma unroll
        for (int pass = 0; pass < BLOCK_TOKENS; pass += PASS_KEYS) {
            const u32 row = to + (first + pass) * ROW_BYTES;
            cp_async16(row, key + pass * HEAD_DIM);
            cp_async16_zfill(row + KEY_TILE * ROW_BYTES, value + pass * HEAD_DIM, first + pass < validKeys);
        }
    }
}

// Starts the copy of the query rows; rows past the tile's tokens or the pack's heads repeat the last.
__device__ __forceinline__ void copy_queries(const Work& work, const Pack& pack, const elem* qkv, u32 shared) {
#pragma unroll 4
    for (int index = (int)threadIdx.x; index < QUERY_ROWS * HEAD_VECS; index += THREADS) {
        const int row = index / HEAD_VECS;
        const int vec = index % HEAD_VECS;
        const i64 token = work.firstToken + min(row / PACK_HEADS, work.tokenCount - 1);
        const int head = pack.firstHead + min(row % PACK_HEADS, pack.headCount - 1);
        cp_async16(shared + row * ROW_BYTES + vec * (int)sizeof(vec16), qkv + (token * TOKEN_HEADS + head) * HEAD_DIM + vec * VEC_ELEMS);
    }
}

// The state of a warp's rows. Lane l holds of each 16-row tile the rows l / 4 and l / 4 + 8, there the columns 2 * (l % 4) and the
// next of every 8 (attention.cuh's matrix layout): output dims here, keys in the scores.
struct Rows {
    float out[ROW_TILES][2 * HEAD_STEPS][4];
    float maximum[ROW_TILES][2];                          // in base 2, of the two rows; the one that weights are relative to
    float sum[ROW_TILES][2];                              // of the weights of this lane's columns
};

// scores = queries * keys^T of one tile.
__device__ __forceinline__ void multiply_keys(float (&scores)[ROW_TILES][KEY_PIECES][4], const u32 (&held)[ROW_TILES][HEAD_STEPS][4],
        u32 queryAddress, u32 keyAddress) {
#pragma unroll
    for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
        for (int n = 0; n < KEY_PIECES; n++)
#pragma unroll
            for (int c = 0; c < 4; c++) scores[i][n][c] = 0.0f;
#pragma unroll
    for (int step = 0; step < HEAD_STEPS; step++) {
        u32 query[ROW_TILES][4];
#pragma unroll
        for (int i = 0; i < ROW_TILES; i++) {
            if constexpr (QUERIES_IN_REGISTERS) {
#pragma unroll
                for (int c = 0; c < 4; c++) query[i][c] = held[i][step][c];
            } else {
                ldmatrix_x4(query[i], queryAddress + i * 16 * ROW_BYTES + step * 32);
            }
        }
#pragma unroll
        for (int n = 0; n < KEY_STEPS; n++) {
            u32 key[4];
            ldmatrix_x4(key, keyAddress + n * 16 * ROW_BYTES + step * 32);
#pragma unroll
            for (int i = 0; i < ROW_TILES; i++) {
                mma_m16n8k16(scores[i][2 * n], query[i], key[0], key[1]);
                mma_m16n8k16(scores[i][2 * n + 1], query[i], key[2], key[3]);
            }
        }
    }
}

// Takes out the keys that a row does not see.
__device__ __forceinline__ void mask(float (&scores)[ROW_TILES][KEY_PIECES][4], int firstPosition, int firstKey,
        int windowTokens) {
    const int lane = lane_index();
#pragma unroll
    for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const int row = warp_index() * WARP_ROWS + i * 16 + lane / 4 + 8 * half;
            const int last = firstPosition + row / PACK_HEADS - firstKey;   // the last that it sees, in the tile
            const int first = windowTokens > 0 ? last - windowTokens + 1 : -firstKey;
#pragma unroll
            for (int n = 0; n < KEY_PIECES; n++)
#pragma unroll
                for (int c = 0; c < 2; c++) {
                    const int key = 8 * n + 2 * (lane % 4) + c;
                    if (key > last || key < first) scores[i][n][2 * half + c] = -infinity();
                }
        }
}

// Turns scores into weights 2^(score - maximum) and adds them up; rescales what was summed before where the maximum has grown much.
__device__ __forceinline__ void soften(float (&scores)[ROW_TILES][KEY_PIECES][4], Rows& rows, float scaleLog2) {
    float largest[ROW_TILES][2];
    bool grown = false;
#pragma unroll
    for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float most = fmaxf(scores[i][0][2 * half], scores[i][0][2 * half + 1]);
#pragma unroll
            for (int n = 1; n < KEY_PIECES; n++) most = fmaxf(most, fmaxf(scores[i][n][2 * half], scores[i][n][2 * half + 1]));
            largest[i][half] = group_max<4>(most) * scaleLog2;
            grown |= largest[i][half] > rows.maximum[i][half] + STALE_MAXIMUM;
        }
    if (any_lane(grown)) {
#pragma unroll
        for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
            for (int half = 0; half < 2; half++) {
                const float maximum = fmaxf(rows.maximum[i][half], largest[i][half]);
                const float factor = fast_exp2(rows.maximum[i][half] - exponent_base(maximum));
                rows.maximum[i][half] = maximum;
                rows.sum[i][half] *= factor;
#pragma unroll
                for (int d = 0; d < 2 * HEAD_STEPS; d++) {
                    rows.out[i][d][2 * half] *= factor;
                    rows.out[i][d][2 * half + 1] *= factor;
                }
            }
    }
#pragma unroll
    for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const float base = exponent_base(rows.maximum[i][half]);
#pragma unroll
            for (int n = 0; n < KEY_PIECES; n++)
#pragma unroll
                for (int c = 2 * half; c < 2 * half + 2; c++) {
                    scores[i][n][c] = fast_exp2(fmaf(scores[i][n][c], scaleLog2, -base));
                    rows.sum[i][half] += scores[i][n][c];
                }
        }
}

// out += weights * values of one tile: a score matrix lies in registers as the left factor of the next product wants it.
__device__ __forceinline__ void multiply_values(Rows& rows, const float (&weights)[ROW_TILES][KEY_PIECES][4], u32 valueAddress) {
#pragma unroll
    for (int step = 0; step < KEY_STEPS; step++) {
        u32 weight[ROW_TILES][4];
#pragma unroll
        for (int i = 0; i < ROW_TILES; i++) {
#pragma unroll
            for (int c = 0; c < 4; c++) {
                const float(&piece)[4] = weights[i][2 * step + c / 2];
                weight[i][c] = pack2(piece[2 * (c % 2)], piece[2 * (c % 2) + 1]);
            }
        }
#pragma unroll
        for (int d = 0; d < HEAD_STEPS; d++) {
            u32 value[4];
            ldmatrix_x4_trans(value, valueAddress + step * 16 * ROW_BYTES + d * 32);
#pragma unroll
            for (int i = 0; i < ROW_TILES; i++) {
                mma_m16n8k16(rows.out[i][2 * d], weight[i], value[0], value[1]);
                mma_m16n8k16(rows.out[i][2 * d + 1], weight[i], value[2], value[3]);
            }
        }
    }
}

// Divides by the sums and stores the warp's rows, by way of its own query rows in shared memory: 16 bytes a lane.
__device__ __forceinline__ void store_rows(const Work& work, const Pack& pack, Rows& rows, unsigned char* queries, elem* out) {
    const int lane = lane_index();
    const int firstRow = warp_index() * WARP_ROWS;
    sync_warp();
#pragma unroll
    for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const float factor = fast_rcp(group_sum<4>(rows.sum[i][half]));
            unsigned char* const row = queries + (firstRow + i * 16 + lane / 4 + 8 * half) * ROW_BYTES;
#pragma unroll
            for (int d = 0; d < 2 * HEAD_STEPS; d++) {
                const u32 pair = pack2(rows.out[i][d][2 * half] * factor, rows.out[i][d][2 * half + 1] * factor);
                *(u32*)(row + d * 16 + lane % 4 * 4) = pair;
            }
        }
    sync_warp();
#pragma unroll 4
    for (int index = lane; index < WARP_ROWS * HEAD_VECS; index += WARP_LANES) {
        const int row = firstRow + index / HEAD_VECS;
        const int vec = index % HEAD_VECS;
        const int token = row / PACK_HEADS;
        const int head = row % PACK_HEADS;
        if (token < work.tokenCount && head < pack.headCount) {
            const vec16 data = load16(queries + row * ROW_BYTES + vec * (int)sizeof(vec16));
            store16(out + ((i64)(work.firstToken + token) * HEAD_COUNT + pack.firstHead + head) * HEAD_DIM + vec * VEC_ELEMS, data);
        }
    }
}

// Where a lane's part of the matrices lies, relative to the first row: an ldmatrix_x4 reads four matrices of 8 rows and 16 bytes, lane l
// names row l % 8 of matrix l / 8. Left factors and values count rows first, keys pieces first.
__device__ __forceinline__ u32 rows_first() {
    const int lane = lane_index();
    return (lane % 8 + lane / 8 % 2 * 8) * ROW_BYTES + lane / 16 * 16;
}
__device__ __forceinline__ u32 pieces_first() {
    const int lane = lane_index();
    return (lane % 8 + lane / 16 * 8) * ROW_BYTES + lane / 8 % 2 * 16;
}

__device__ __forceinline__ void clear(Rows& rows) {
#pragma unroll
    for (int i = 0; i < ROW_TILES; i++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            rows.maximum[i][half] = -infinity();
            rows.sum[i][half] = 0.0f;
        }
#pragma unroll
        for (int d = 0; d < 2 * HEAD_STEPS; d++)
#pragma unroll
            for (int c = 0; c < 4; c++) rows.out[i][d][c] = 0.0f;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS_PER_SM) prefill_attention(const elem* qkv, const elem* cachedKeys,
        const elem* cachedValues, const i32* tables, i32 tableStride, const i32* rowSlots, const i32* rowFirstTokens,
        const i32* rowTokens, const i32* rowLengths, const i32* tiles, float scaleLog2, i32 windowTokens, elem* out) {
    DYNAMIC_SHARED(shared);
    const int own = (int)blockIdx.x;
    const Work work = work_of(own, tiles, rowSlots, rowFirstTokens, rowTokens, rowLengths, tableStride);
    if (work.tokenCount <= 0) {
        wait_for_previous_kernel();
        return;
    }
    const Pack pack = pack_of((int)blockIdx.y);
    const int firstPosition = work.firstPosition;
    const int seenFrom = windowTokens > 0 ? max(0, firstPosition - windowTokens + 1) : 0;
    const Keys keys = {seenFrom / BLOCK_TOKENS * BLOCK_TOKENS, firstPosition + work.tokenCount, pack.kvHead * BLOCK_HEAD_ELEMS,
                       work.table};
    const int tileCount = (keys.end - keys.start + KEY_TILE - 1) / KEY_TILE;
    const u32 queries = shared_address(shared);
    const u32 stages = queries + QUERY_ROWS * ROW_BYTES;
    i32 blocks = block_ids(keys, tables, 0);

    wait_for_previous_kernel();
    copy_queries(work, pack, qkv, queries);
#pragma unroll
    for (int tile = 0; tile < STAGES - 1; tile++) {
        if (tile < tileCount) copy_tile(keys, cachedKeys, cachedValues, blocks, tile, stages + tile * STAGE_BYTES);
        blocks = block_ids(keys, tables, tile + 1);
        cp_async_commit();
    }

    // The positions of the warp's first and last row; a warp without rows sees nothing.
    const int firstRow = warp_index() * WARP_ROWS;
    const int lowest = firstPosition + firstRow / PACK_HEADS;
    const int highest = lowest < keys.end ? min(firstPosition + (firstRow + WARP_ROWS - 1) / PACK_HEADS, keys.end - 1) : -1;
    const u32 queryAddress = queries + firstRow * ROW_BYTES + rows_first();
    Rows rows;
    clear(rows);
    u32 held[ROW_TILES][HEAD_STEPS][4];
    for (int tile = 0; tile < tileCount; tile++) {
        cp_async_wait<STAGES - 2>();
        sync_threads();                                   // the tile is there, and all have left the stage that is filled next
        const int next = tile + STAGES - 1;
        if (next < tileCount) {
            copy_tile(keys, cachedKeys, cachedValues, blocks, next, stages + next % STAGES * STAGE_BYTES);
            blocks = block_ids(keys, tables, next + 1);
        }
        cp_async_commit();
        if (QUERIES_IN_REGISTERS && tile == 0) {
#pragma unroll
            for (int i = 0; i < ROW_TILES; i++)
#pragma unroll
                for (int step = 0; step < HEAD_STEPS; step++) {
                    ldmatrix_x4(held[i][step], queryAddress + i * 16 * ROW_BYTES + step * 32);
                }
        }
        const int firstKey = keys.start + tile * KEY_TILE;
        const int lastKey = firstKey + KEY_TILE - 1;
        if (firstKey > highest || (windowTokens > 0 && lastKey <= lowest - windowTokens)) continue;
        const u32 stage = stages + tile % STAGES * STAGE_BYTES;
        float scores[ROW_TILES][KEY_PIECES][4];
        multiply_keys(scores, held, queryAddress, stage + pieces_first());
        if (lastKey > lowest || (windowTokens > 0 && firstKey <= highest - windowTokens)) {
            mask(scores, firstPosition, firstKey, windowTokens);
        }
        soften(scores, rows, scaleLog2);
        multiply_values(rows, scores, stage + KEY_TILE * ROW_BYTES + rows_first());
    }
    let_next_kernel_start();
    // Asked again rather than kept in registers through the walk.
    const Work stored = work_of(own, tiles, rowSlots, rowFirstTokens, rowTokens, rowLengths, tableStride);
    store_rows(stored, pack_of((int)blockIdx.y), rows, shared, out);
}
