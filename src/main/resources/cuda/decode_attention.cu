// Attention of rows that bring one token: for row r, its token t = rowFirstTokens[r] at position rowLengths[r] - 1, and query head h,
//
//   out[t, h] = sum over positions j < rowLengths[r] (and j >= rowLengths[r] - W, where the window W > 0) of softmax_j(scale * q . k_j) * v_j
//
// Bound by the bytes of keys and values, each of which is read once: the heads of a key head are worked on together.
//
//   qkv, keys, values, tables, out   see attention.cuh; E, 16-byte aligned
//   rowSlots, rowFirstTokens, rowLengths   i32 [rows]; a slot of -1 or a length of 0 does nothing
//   counters     u32 [rows * PACKS], zero before the first launch and again after each
//   partials     f32 [blocks][2][PACK_HEADS][D + 4]: sums of weighted values, then maximum and sum of weights
//   scaleLog2    the score's factor times log2(e)       windowTokens   W, 0 for none
//
// Balance: work is counted in tiles of WARPS * 16 tokens, all rows' tiles are laid end to end (rows, in a row packs, in a pack tiles), and
// every block takes an equal share of that line, wherever it begins and ends. So the grid does not depend on the lengths (a graph holds it
// fixed), one long row among short ones is shared by all blocks, and each block finds its share from the lengths by itself:
//
//   line     | row 0 pack 0 | row 0 pack 1 | row 1 pack 0                          | row 1 pack 1      ...
//   shares   |- - - - - - - - -|- - - - - - - - -|- - - - - - - - -|- - - - - - - - -|
//
// A pack of one share is stored at once; the shares of a divided one leave partial results, and whoever comes last adds them up.
// In a share, warp w takes the w-th cache block of every tile, by itself: a ring of STAGES stages in shared memory, filled by cp.async
// ahead of use and across packs, so that copying never pauses; the warps meet at the end of a pack only.
//
//   shared memory:  WARPS x STAGES x (keys [16][ROW_BYTES] | values [16][ROW_BYTES]) | f32 [WARPS][PACK_HEADS][D + 4]
//
// scores [16 heads, 16 tokens] = Q K^T, then out^T [D, 8 heads] = V^T W^T: a score matrix lies in registers as the right factor of the
// second product wants it, and up to 8 heads cost half of what [heads, D] would. f32 everywhere, weights rounded to E for the second
// product, output rounded once. Values of places past the row's end are zeroed on their way in: what lies there may be NaN.
// Geometry: any grid, best the blocks that fit the card at once; WARPS * 32 threads. Constants: attention.cuh's, WARPS, STAGES,
// BLOCKS_PER_SM.
// Spans, tables and all cache blocks but a row's newest are read before the previous kernel's end (attention.cuh).
// Source: Dao et al. 2023 (Flash-Decoding), Osama et al. 2023 (Stream-K) for the shares.
#include "attention.cuh"

constexpr int THREADS = WARPS * WARP_LANES;
constexpr int HEAD_TILES = (PACK_HEADS + 7) / 8;         // of 8 heads
constexpr int TILE_BLOCKS = WARPS;
constexpr int LEAST_SHARE = 2;                           // tiles: less is not worth a partial result
constexpr int STAGE_BYTES = 2 * BLOCK_TOKENS * ROW_BYTES;
constexpr int SUMS = HEAD_DIM + 4;                       // floats of a head's sums; maximum and sum of weights in the last four
constexpr int PACK_SUMS = PACK_HEADS * SUMS;
constexpr int SHARED_BYTES = WARPS * (STAGES * STAGE_BYTES + PACK_SUMS * (int)sizeof(float));   // what a launch must give
constexpr int PACK_QUADS = PACK_HEADS * HEAD_DIM / 4;

static_assert(SHARED_BYTES <= 227 * 1024, "no card has more");
static_assert(PACK_HEADS <= 16, "heads fill one matrix");

// The rows of a launch.
struct RowArrays {
    const i32* slots;
    const i32* lengths;
    int count;
    int tableStride;
    int windowTokens;
};

// What a row reads: positions [start, end), whose cache blocks begin with firstBlock.
struct Sequence {
    int start;
    int end;
    int firstBlock;
    int tiles;
    int table;             // where its slot's blocks begin in the tables
};

__device__ __forceinline__ Sequence sequence_of(const RowArrays& rows, int row) {
    const int slot = row < rows.count ? rows.slots[row] : -1;
    const int end = slot < 0 ? 0 : max(0, rows.lengths[row]);
    const int start = rows.windowTokens > 0 ? max(0, end - rows.windowTokens) : 0;
    const int firstBlock = start / BLOCK_TOKENS;
    const int blocks = (end + BLOCK_TOKENS - 1) / BLOCK_TOKENS - firstBlock;
    return {start, end, firstBlock, (blocks + TILE_BLOCKS - 1) / TILE_BLOCKS, slot * rows.tableStride};
}

// A place on the line of tiles.
struct Place {
    int row;
    int pack;
    int tile;
    Sequence sequence;
};

__device__ __forceinline__ void next_pack(const RowArrays& rows, Place& place) {
    place.tile = 0;
    if (++place.pack < PACKS) return;
    place.pack = 0;
    do {
        place.row++;
        place.sequence = sequence_of(rows, place.row);
    } while (place.sequence.tiles == 0 && place.row < rows.count);
}

// A block's share [begin, end) of the line, and where it begins.
struct Share {
    int begin;
    int end;
    int tiles;             // of every share but the last
    Place place;
};

__device__ __forceinline__ Share share_of(const RowArrays& rows) {
    const int lane = lane_index();
    const int laneRows = (rows.count + WARP_LANES - 1) / WARP_LANES;
    const int firstRow = lane * laneRows;
    int own = 0;
    for (int row = firstRow; row < min(firstRow + laneRows, rows.count); row++) own += sequence_of(rows, row).tiles;
    int sum = own;
#pragma unroll
    for (int lanes = 1; lanes < WARP_LANES; lanes *= 2) {
        const int below = shuffle_up(sum, lanes);
        sum += lane >= lanes ? below : 0;
    }
    const int total = shuffle_from(sum, WARP_LANES - 1) * PACKS;
    Share share;
    share.tiles = max(LEAST_SHARE, (total + (int)gridDim.x - 1) / (int)gridDim.x);
    share.begin = min(total, (int)blockIdx.x * share.tiles);
    share.end = min(total, share.begin + share.tiles);
    // The lane whose rows hold the beginning, then the row.
    const u32 before = warp_ballot(sum * PACKS <= share.begin);
    const int holder = min(__popc(before), WARP_LANES - 1);
    int tiles = shuffle_from(sum - own, holder);
    Place& place = share.place;
    place.row = holder * laneRows;
    place.sequence = sequence_of(rows, place.row);
    while (place.row < rows.count && share.begin >= (tiles + place.sequence.tiles) * PACKS) {
        tiles += place.sequence.tiles;
        place.sequence = sequence_of(rows, ++place.row);
    }
    const int within = share.begin - tiles * PACKS;
    place.pack = place.sequence.tiles == 0 ? 0 : within / place.sequence.tiles;
    place.tile = place.sequence.tiles == 0 ? 0 : within % place.sequence.tiles;
    return share;
}

// The warp's cache block at a place; it may lie past the sequence's last.
__device__ __forceinline__ int block_at(const Place& place) {
    return place.sequence.firstBlock + place.tile * TILE_BLOCKS + warp_index();
}

// The copying side of a warp's ring, STAGES - 1 tiles ahead of the computing side.
struct Copier {
    Place place;
    int position;          // on the line
    i32 blockId;           // of the warp's block there
};

__device__ __forceinline__ i32 block_id(const Place& place, const i32* tables) {
    const Sequence& sequence = place.sequence;
    if (sequence.tiles == 0) return 0;                    // past the last row
    return tables[sequence.table + min(block_at(place), (sequence.end - 1) / BLOCK_TOKENS)];
}

// Starts the copy of the warp's block at the copier's place, and moves it on.
__device__ __forceinline__ void copy_next(Copier& copier, const RowArrays& rows, int end, const elem* keys, const elem* values,
        const i32* tables, u32 stage) {
    constexpr int VECS = BLOCK_TOKENS * HEAD_VECS;
    static_assert(VECS % WARP_LANES == 0, "all lanes copy alike");
    if (copier.position < end) {
        const int validTokens = copier.place.sequence.end - block_at(copier.place) * BLOCK_TOKENS;
        if (validTokens > 0) {
            const i64 from = block_offset(copier.blockId, copier.place.pack / PACKS_PER_GROUP);
#pragma unroll
            for (int first = 0; first < VECS; first += WARP_LANES) {
                const int index = first + lane_index();
                const int token = index / HEAD_VECS;
                const u32 to = stage + token * ROW_BYTES + index % HEAD_VECS * (int)sizeof(vec16);
                cp_async16(to, keys + from + index * VEC_ELEMS);
                cp_async16_zfill(to + BLOCK_TOKENS * ROW_BYTES, values + from + index * VEC_ELEMS, token < validTokens);
            }
        }
        copier.position++;
        if (++copier.place.tile == copier.place.sequence.tiles) next_pack(rows, copier.place);
        if (copier.position < end) copier.blockId = block_id(copier.place, tables);
    }
    cp_async_commit();
}

// A warp's sums for the heads of a pack. Lane l holds of the scores the heads l / 4 and l / 4 + 8, of the output the heads 2 * (l % 4)
// and the next of every 8, there the dims l / 4 and l / 4 + 8 of every 16.
struct Heads {
    u32 query[HEAD_STEPS][HEAD_TILES][2];
    float out[HEAD_STEPS][HEAD_TILES][4];
    float maximum[HEAD_TILES];                            // in base 2; the one that weights are relative to
    float sum[HEAD_TILES];                                // of the weights of this lane's tokens
};

__device__ __forceinline__ void begin_pack(Heads& heads, const elem* query, int headCount) {
    const int lane = lane_index();
#pragma unroll
    for (int n = 0; n < HEAD_TILES; n++) {
        const int head = lane / 4 + 8 * n;
        heads.maximum[n] = -infinity();
        heads.sum[n] = 0.0f;
        const elem* const from = query + head * HEAD_DIM + lane % 4 * 2;
#pragma unroll
        for (int step = 0; step < HEAD_STEPS; step++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                heads.query[step][n][half] = head < headCount ? *(const u32*)(from + step * 16 + half * 8) : 0u;
            }
#pragma unroll
            for (int c = 0; c < 4; c++) heads.out[step][n][c] = 0.0f;
        }
    }
}

// Takes one cache block into the sums; `valid` tokens [first, last] of it are seen.
__device__ __forceinline__ void attend_block(Heads& heads, u32 stage, int first, int last, float scaleLog2) {
    const int lane = lane_index();
    // Both products read matrices of 8 tokens and 16 bytes, pieces first: lane l names row l % 8 of matrix l / 8.
    const u32 address = stage + (lane % 8 + lane / 16 * 8) * ROW_BYTES + lane / 8 % 2 * 16;
    float scores[2][4] = {};                              // of tokens 0 to 7 and 8 to 15; [0], [1] head l / 4, [2], [3] head l / 4 + 8
#pragma unroll
    for (int step = 0; step < HEAD_STEPS; step++) {
        u32 key[4];
        ldmatrix_x4(key, address + step * 32);
        u32 query[4] = {heads.query[step][0][0], 0, heads.query[step][0][1], 0};
        if constexpr (HEAD_TILES == 2) {
            query[1] = heads.query[step][HEAD_TILES - 1][0];
            query[3] = heads.query[step][HEAD_TILES - 1][1];
        }
        mma_m16n8k16(scores[0], query, key[0], key[1]);
        mma_m16n8k16(scores[1], query, key[2], key[3]);
    }
    float largest[HEAD_TILES];
    bool grown = false;
#pragma unroll
    for (int n = 0; n < HEAD_TILES; n++) {
        largest[n] = -infinity();
#pragma unroll
        for (int i = 0; i < 2; i++)
#pragma unroll
            for (int c = 2 * n; c < 2 * n + 2; c++) {
                const int token = 8 * i + lane % 4 * 2 + c % 2;
                scores[i][c] = token < first || token > last ? -infinity() : scores[i][c] * scaleLog2;
                largest[n] = fmaxf(largest[n], scores[i][c]);
            }
        largest[n] = group_max<4>(largest[n]);
        grown |= largest[n] > heads.maximum[n] + STALE_MAXIMUM;
    }
    if (any_lane(grown)) {
#pragma unroll
        for (int n = 0; n < HEAD_TILES; n++) {
            const float maximum = fmaxf(heads.maximum[n], largest[n]);
            const float factor = fast_exp2(heads.maximum[n] - exponent_base(maximum));
            heads.maximum[n] = maximum;
            heads.sum[n] *= factor;
            const float even = shuffle_from(factor, lane % 4 * 8);
            const float odd = shuffle_from(factor, lane % 4 * 8 + 4);
#pragma unroll
            for (int step = 0; step < HEAD_STEPS; step++)
#pragma unroll
                for (int c = 0; c < 4; c++) heads.out[step][n][c] *= c % 2 == 0 ? even : odd;
        }
    }
    u32 weights[HEAD_TILES][2];
#pragma unroll
    for (int n = 0; n < HEAD_TILES; n++) {
        const float base = exponent_base(heads.maximum[n]);
#pragma unroll
        for (int i = 0; i < 2; i++) {
            const float even = fast_exp2(scores[i][2 * n] - base);
            const float odd = fast_exp2(scores[i][2 * n + 1] - base);
            heads.sum[n] += even + odd;
            weights[n][i] = pack2(even, odd);
        }
    }
#pragma unroll
    for (int step = 0; step < HEAD_STEPS; step++) {
        u32 value[4];
        ldmatrix_x4_trans(value, address + BLOCK_TOKENS * ROW_BYTES + step * 32);
#pragma unroll
        for (int n = 0; n < HEAD_TILES; n++) mma_m16n8k16(heads.out[step][n], value, weights[n][0], weights[n][1]);
    }
}

// Leaves the warp's sums in shared memory.
__device__ __forceinline__ void put_sums(const Heads& heads, float* sums) {
    const int lane = lane_index();
#pragma unroll
    for (int n = 0; n < HEAD_TILES; n++) {
        const float sum = group_sum<4>(heads.sum[n]);
        const int head = lane / 4 + 8 * n;
        if (lane % 4 == 0 && head < PACK_HEADS) {
            sums[head * SUMS + HEAD_DIM] = heads.maximum[n];
            sums[head * SUMS + HEAD_DIM + 1] = sum;
        }
#pragma unroll
        for (int c = 0; c < 4; c++) {
            const int column = lane % 4 * 2 + c % 2 + 8 * n;
            if (column >= PACK_HEADS) continue;
#pragma unroll
            for (int step = 0; step < HEAD_STEPS; step++) {
                sums[column * SUMS + step * 16 + lane / 4 + c / 2 * 8] = heads.out[step][n][c];
            }
        }
    }
}

// Sums that are still relative to a maximum.
struct Quad {
    float out[4];
    float maximum;
    float sum;
};

__device__ __forceinline__ Quad empty_quad() {
    return {{0.0f, 0.0f, 0.0f, 0.0f}, -infinity(), 0.0f};
}

// Adds dims [4 * quad, 4 * quad + 4) of one head's sums.
__device__ __forceinline__ void add_sums(Quad& total, const float* sums, int quad) {
    const float theirs = sums[HEAD_DIM];
    const float sum = sums[HEAD_DIM + 1];
    const vec16 out = load16(sums + 4 * quad);
    const float maximum = fmaxf(total.maximum, theirs);
    const float keep = fast_exp2(total.maximum - exponent_base(maximum));
    const float take = fast_exp2(theirs - exponent_base(maximum));
    total.maximum = maximum;
    total.sum = total.sum * keep + sum * take;
#pragma unroll
    for (int c = 0; c < 4; c++) total.out[c] = total.out[c] * keep + __uint_as_float(out.word[c]) * take;
}

__device__ __forceinline__ void store_quad(const Quad& total, elem* out) {
    const float factor = fast_rcp(total.sum);
    const u64 low = pack2(total.out[0] * factor, total.out[1] * factor);
    const u64 high = pack2(total.out[2] * factor, total.out[3] * factor);
    *(u64*)out = high << 32 | low;
}

// Adds up what the warps left. A whole pack is stored to `out`, else the sums go to `partial`.
__device__ __forceinline__ void merge_warps(const float* warpSums, bool whole, int headCount, elem* out, float* partial) {
    for (int index = (int)threadIdx.x; index < PACK_QUADS; index += THREADS) {
        const int head = index / (HEAD_DIM / 4);
        const int quad = index % (HEAD_DIM / 4);
        Quad total = empty_quad();
#pragma unroll
        for (int warp = 0; warp < WARPS; warp++) add_sums(total, warpSums + warp * PACK_SUMS + head * SUMS, quad);
        if (whole) {
            if (head < headCount) store_quad(total, out + head * HEAD_DIM + 4 * quad);
        } else {
            float* const sums = partial + head * SUMS;
            vec16 data;
#pragma unroll
            for (int c = 0; c < 4; c++) data.word[c] = __float_as_uint(total.out[c]);
            store16(sums + 4 * quad, data);
            if (quad == 0) {
                sums[HEAD_DIM] = total.maximum;
                sums[HEAD_DIM + 1] = total.sum;
            }
        }
    }
}

// Adds up the partial results of blocks [first, last]: the first left its own in its second place, the others in their first.
__device__ __forceinline__ void merge_blocks(const float* partials, int first, int last, int headCount, elem* out) {
    for (int index = (int)threadIdx.x; index < headCount * (HEAD_DIM / 4); index += THREADS) {
        const int head = index / (HEAD_DIM / 4);
        const int quad = index % (HEAD_DIM / 4);
        Quad total = empty_quad();
        add_sums(total, partials + (i64)(2 * first + 1) * PACK_SUMS + head * SUMS, quad);
#pragma unroll 8
        for (int block = first + 1; block <= last; block++) {
            add_sums(total, partials + (i64)(2 * block) * PACK_SUMS + head * SUMS, quad);
        }
        store_quad(total, out + head * HEAD_DIM + 4 * quad);
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS_PER_SM) decode_attention(const elem* qkv, const elem* keys, const elem* values,
        const i32* tables, i32 tableStride, const i32* rowSlots, const i32* rowFirstTokens, const i32* rowLengths, i32 rowCount,
        float scaleLog2, i32 windowTokens, u32* counters, float* partials, elem* out) {
    DYNAMIC_SHARED(shared);
    __shared__ bool isLast;
    const RowArrays rows = {rowSlots, rowLengths, rowCount, tableStride, windowTokens};
    const Share share = share_of(rows);
    if (share.begin >= share.end) {
        wait_for_previous_kernel();
        return;
    }
    const u32 ring = shared_address(shared) + warp_index() * STAGES * STAGE_BYTES;
    float* const warpSums = (float*)(shared + WARPS * STAGES * STAGE_BYTES);

    // The cache block of a row's newest token is being written by the previous kernel; older ones are there already.
    Copier copier = {share.place, share.begin, block_id(share.place, tables)};
    bool waited = false;
    for (int stage = 0; stage < STAGES - 1; stage++) {
        if (!waited && (block_at(copier.place) + 1) * BLOCK_TOKENS >= copier.place.sequence.end) {
            wait_for_previous_kernel();
            waited = true;
        }
        copy_next(copier, rows, share.end, keys, values, tables, ring + stage * STAGE_BYTES);
    }
    wait_for_previous_kernel();

    Place place = share.place;
    int position = share.begin;
    int stage = 0;
    while (position < share.end) {
        const Pack pack = pack_of(place.pack);
        const Sequence& sequence = place.sequence;
        const int packBegin = position - place.tile;
        const int packEnd = packBegin + sequence.tiles;
        const int stop = min(share.end, packEnd);
        const i64 token = rowFirstTokens[place.row];
        Heads heads;
        begin_pack(heads, qkv + (token * TOKEN_HEADS + pack.firstHead) * HEAD_DIM, pack.headCount);
        for (; position < stop; position++) {
            cp_async_wait<STAGES - 2>();
            sync_warp();                                  // all lanes' copies are there, and all have left the stage that is filled next
            const int filled = stage == 0 ? STAGES - 1 : stage - 1;
            copy_next(copier, rows, share.end, keys, values, tables, ring + filled * STAGE_BYTES);
            if (copier.position == share.end) let_next_kernel_start();   // what it copies ahead fills the memory's idle time
            const int firstToken = block_at(place) * BLOCK_TOKENS;
            if (firstToken < sequence.end) {
                attend_block(heads, ring + stage * STAGE_BYTES, sequence.start - firstToken, sequence.end - 1 - firstToken, scaleLog2);
            }
            stage = stage == STAGES - 1 ? 0 : stage + 1;
            place.tile++;
        }
        put_sums(heads, warpSums + warp_index() * PACK_SUMS);
        sync_threads();
        const int firstBlock = packBegin / share.tiles;
        const int lastBlock = (packEnd - 1) / share.tiles;
        const bool begun = (int)blockIdx.x == firstBlock;
        float* const partial = partials + (i64)(2 * blockIdx.x + begun) * PACK_SUMS;
        elem* const target = out + (token * HEAD_COUNT + pack.firstHead) * HEAD_DIM;
        merge_warps(warpSums, firstBlock == lastBlock, pack.headCount, target, partial);
        if (firstBlock != lastBlock) {
            u32* const counter = counters + place.row * PACKS + place.pack;
            thread_fence();
            sync_threads();
            if (threadIdx.x == 0) isLast = atomic_add_acq_rel(counter, 1) == (u32)(lastBlock - firstBlock);
            sync_threads();
            if (isLast) {
                merge_blocks(partials, firstBlock, lastBlock, pack.headCount, target);
                if (threadIdx.x == 0) *counter = 0;
            }
        }
        sync_threads();                                   // the warps' sums have been read
        next_pack(rows, place);
    }
}
