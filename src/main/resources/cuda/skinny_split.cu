// Product of a large matrix with up to 8 * TOKEN_FRAGMENTS tokens: y[m, n] = sum over k of x[m, k] * w[n, k], the
// weights read once.
//
// Where skinny_gemm.cu keeps all tokens in shared memory, this one streams them along k and splits k over blocks: for
// more tokens, and for long rows. EPILOGUE says what becomes of a sum: see skinny.cuh. Gated: w has the rows of gate,
// then those of up; outputs counts the rows of one.
//
//   x  [rows, INPUTS] E
//   w  [outputs, INPUTS] E, gated [2 * outputs, INPUTS]
//   y  [rows, outputs] E or f32; not x
//
// Row-major, dense, 16-byte aligned. Accumulation f32, in an order that depends on INPUTS, outputs and the grid, but
// not on the number of tokens.
//
// A tile is 128 rows of weights (8 fragments) by INPUTS. The tiles' k are cut into chunks of 128, all chunks of all
// tiles are laid in one line, and each block takes an equal piece of it; here block 1 ends tile 0 and begins tile 1:
//
//   tiles    |        0        |        1        |        2        |
//   blocks   |    0     |    1     |    2     |    3     |    4    |
//
// A block that has all of a tile stores its outputs. Of a tile with several blocks each writes its sums to the
// workspace, and the last to arrive adds them in the blocks' order, so that the result is the same every time.
//
//   counters  u32 [tiles], all 0 between kernels
//   partials  f32 [gridDim, 2, 8 warps, TOKEN_FRAGMENTS, 32 lanes, 4]: of a block's piece that goes on with a tile (0)
//             and of the one that begins a tile (1)
//
// In a block, warp (i, j), i = 0 to 3, j = 0 or 1, multiplies fragments 2i and 2i + 1 with half j (64 k) of each chunk.
// Weights and tokens of a chunk are one cp.async group; STAGES chunks are under way or in use. What a lane copies of
// the weights only it reads; the tokens are for all. L2 is asked for another aheadChunks; see skinny_gemm.cu, also for
// when the next kernel may start. At the end of a piece the warps j = 0 and 1 exchange halves: warp (i, j) ends
// fragment 2i + j.
//
// Launch: 256 threads; at most as many blocks as chunks; shared memory as in SkinnySplit.java.
// Constants: INPUTS (a multiple of 8), TOKEN_FRAGMENTS (1, 2, 4, 8), STAGES (2 or more), EPILOGUE, ACTIVATION where
// gated, ELEMENT_F16.
#include "skinny.cuh"

constexpr int WARPS_K = 2;
constexpr int WARPS = 8;
constexpr int THREADS = WARPS * WARP_LANES;
constexpr int TILE_FRAGMENTS = 8;
constexpr int WARP_FRAGMENTS = TILE_FRAGMENTS * WARPS_K / WARPS;
static_assert(WARP_FRAGMENTS == WARPS_K, "each warp ends one of its fragments");
constexpr int CHUNK_K = WARPS_K * UNIT_K;
constexpr int CHUNK_VECS = CHUNK_K / VEC_ELEMS;
constexpr int CHUNKS = (INPUTS + CHUNK_K - 1) / CHUNK_K; // of a tile
constexpr int ROW_VECS = INPUTS / VEC_ELEMS;
constexpr int TOKENS = TOKEN_FRAGMENTS * FRAGMENT_TOKENS;
constexpr int TOKEN_PITCH = CHUNK_K * (int)sizeof(elem) + 64; // bytes; see skinny_gemm.cu
constexpr int WARP_WEIGHT_BYTES = WARP_FRAGMENTS * 2 * UNIT_STEPS * WARP_LANES * 16;

// Shared memory, in bytes:
//   [ STAGES times: weights 8 * 4096 | tokens TOKENS * TOKEN_PITCH ] [ exchanged sums 8 * TOKEN_FRAGMENTS * 512 ]
constexpr int WEIGHT_BYTES = WARPS * WARP_WEIGHT_BYTES;
constexpr int STAGE_BYTES = WEIGHT_BYTES + TOKENS * TOKEN_PITCH;

struct alignas(16) Sums {
    float of[4];
};

struct Arguments {
    const vec16* x;
    const elem* weights;
    output* y;
    u32* counters;
    Sums* partials;
    int outputs, rows;
};

// A place on the line of chunks.
struct Cursor {
    int tile, chunk;

    __device__ __forceinline__ explicit Cursor(int at) : tile(at / CHUNKS), chunk(at % CHUNKS) {
    }
    // True where a new tile begins.
    __device__ __forceinline__ bool advance() {
        if (++chunk < CHUNKS) return false;
        chunk = 0;
        tile++;
        return true;
    }
};

// ---- copies ----

// What L2 is asked for: lane r of a warp has row r of its two fragments, 128 bytes of each chunk.
struct Ahead {
    const elem* row;
    Cursor at;
    int left;

    __device__ __forceinline__ Ahead(const Arguments& a, int begin, int end) : at(begin), left(end - begin) {
        point(a);
    }
    __device__ __forceinline__ void point(const Arguments& a) {
        const int fragment =
            at.tile * TILE_FRAGMENTS + warp_index() / WARPS_K * WARP_FRAGMENTS + lane_index() / FRAGMENT_ROWS;
        row = a.weights + weight_row(fragment, lane_index() % FRAGMENT_ROWS, a.outputs) * INPUTS;
    }
    __device__ __forceinline__ void prefetch_next(const Arguments& a) {
        const int k = at.chunk * CHUNK_K + warp_index() % WARPS_K * UNIT_K;
        if (left > 0 && k < INPUTS) prefetch_l2(row + k);
        left--;
        if (at.advance() && left > 0) point(a);
    }
};

// The copies of a block, in the order of the line.
struct Copies {
    const Arguments& a;
    u32 stages;
    const elem *low[WARP_FRAGMENTS], *high[WARP_FRAGMENTS];
    Cursor at;
    int left, stage;

    __device__ __forceinline__ Copies(const Arguments& a, unsigned char* shared, int begin, int end)
        : a(a), stages(shared_address(shared)), at(begin), left(end - begin), stage(0) {
        point();
    }
    // At the lane's part of its rows.
    __device__ __forceinline__ void point() {
        const int k = warp_index() % WARPS_K * UNIT_K + lane_index() % 4 * VEC_ELEMS;
#pragma unroll
        for (int f = 0; f < WARP_FRAGMENTS; f++) {
            const int fragment = at.tile * TILE_FRAGMENTS + warp_index() / WARPS_K * WARP_FRAGMENTS + f;
            low[f] = a.weights + weight_row(fragment, lane_index() / 4, a.outputs) * INPUTS + k;
            high[f] = a.weights + weight_row(fragment, lane_index() / 4 + 8, a.outputs) * INPUTS + k;
        }
    }
    __device__ __forceinline__ void copy_weights() const {
        const u32 to = stages + stage * STAGE_BYTES + warp_index() * WARP_WEIGHT_BYTES + lane_index() * 16;
        const int k = at.chunk * CHUNK_K + warp_index() % WARPS_K * UNIT_K + lane_index() % 4 * VEC_ELEMS;
#pragma unroll
        for (int f = 0; f < WARP_FRAGMENTS; f++) {
#pragma unroll
            for (int s = 0; s < UNIT_STEPS; s++) {
                const bool valid = INPUTS % CHUNK_K == 0 || k + s * STEP_K < INPUTS;
                const int from = valid ? at.chunk * CHUNK_K + s * STEP_K : 0;
                const u32 place = to + (f * UNIT_STEPS + s) * 2 * WARP_LANES * 16;
                cp_async16_zfill(place, low[f] + from, valid);
                cp_async16_zfill(place + WARP_LANES * 16, high[f] + from, valid);
            }
        }
    }
    __device__ __forceinline__ void copy_tokens() const {
        constexpr int ROWS_AT_ONCE = THREADS / CHUNK_VECS;
        const int vec = (int)threadIdx.x % CHUNK_VECS, row = (int)threadIdx.x / CHUNK_VECS;
        const int from = at.chunk * CHUNK_VECS + vec;
        const bool valid = INPUTS % CHUNK_K == 0 || from < ROW_VECS;
        const u32 to = stages + stage * STAGE_BYTES + WEIGHT_BYTES + vec * 16;
#pragma unroll
        for (int first = 0; first < TOKENS; first += ROWS_AT_ONCE) {
            const int token = first + row;
            if (token < a.rows)
                cp_async16_zfill(to + token * TOKEN_PITCH, a.x + (i64)token * ROW_VECS + (valid ? from : 0), valid);
        }
    }
    __device__ __forceinline__ void advance() {
        if (++stage == STAGES) stage = 0;
        if (--left == 0) let_next_kernel_start();
        if (at.advance() && left > 0) point();
    }
    // One more chunk is one group, also past the end, so that waiting counts chunks.
    __device__ __forceinline__ void copy_next() {
        if (left > 0) {
            copy_weights();
            copy_tokens();
        }
        cp_async_commit();
        advance();
    }
    // The first chunks: the weights before the previous kernel has ended, the tokens after it.
    __device__ __forceinline__ void start(Ahead& ahead, int aheadChunks) {
        Copies early = *this;
        for (int i = 0; i < STAGES - 1; i++) {
            if (early.left > 0) early.copy_weights();
            early.advance();
        }
        for (int i = 0; i < aheadChunks; i++) ahead.prefetch_next(a);
        wait_for_previous_kernel();
        for (int i = 0; i < STAGES - 1; i++) {
            if (left > 0) copy_tokens();
            cp_async_commit();
            advance();
        }
    }
};

// ---- sums ----

struct WarpSums {
    float of[WARP_FRAGMENTS][TOKEN_FRAGMENTS][4];

    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int f = 0; f < WARP_FRAGMENTS; f++) {
#pragma unroll
            for (int n = 0; n < TOKEN_FRAGMENTS; n++) {
#pragma unroll
                for (int i = 0; i < 4; i++) of[f][n][i] = 0.0f;
            }
        }
    }
    // Adds what a stage gives; `stage` is shared memory.
    __device__ __forceinline__ void add(const unsigned char* stage) {
        const unsigned char* weights = stage + warp_index() * WARP_WEIGHT_BYTES + lane_index() * 16;
        const unsigned char* token = stage + WEIGHT_BYTES + lane_index() / 4 * TOKEN_PITCH
                                     + warp_index() % WARPS_K * UNIT_K * (int)sizeof(elem) + lane_index() % 4 * 16;
#pragma unroll
        for (int s = 0; s < UNIT_STEPS; s++) {
            vec16 low[WARP_FRAGMENTS], high[WARP_FRAGMENTS];
#pragma unroll
            for (int f = 0; f < WARP_FRAGMENTS; f++) {
                low[f] = load16(weights + (f * UNIT_STEPS + s) * 2 * WARP_LANES * 16);
                high[f] = load16(weights + ((f * UNIT_STEPS + s) * 2 + 1) * WARP_LANES * 16);
            }
#pragma unroll
            for (int n = 0; n < TOKEN_FRAGMENTS; n++) {
                const vec16 x = load16(token + n * FRAGMENT_TOKENS * TOKEN_PITCH + s * STEP_K * (int)sizeof(elem));
#pragma unroll
                for (int f = 0; f < WARP_FRAGMENTS; f++) multiply(of[f][n], low[f], high[f], x);
            }
        }
    }
};

// ---- the end of a piece ----

// Which block has a chunk of the line.
__device__ __forceinline__ int block_of(int at, int total) {
    return (int)((((i64)at + 1) * gridDim.x - 1) / total);
}

__device__ __forceinline__ Sums* partials_of(const Arguments& a, int block, int which) {
    return a.partials + (((i64)block * 2 + which) * WARPS + warp_index()) * TOKEN_FRAGMENTS * WARP_LANES + lane_index();
}

// Gives the sums of fragment 1 - j to the other warp of the pair; own[] becomes the whole sums of fragment j.
__device__ __forceinline__ void exchange(const WarpSums& sums, Sums (&own)[TOKEN_FRAGMENTS], Sums* scratch) {
    const bool second = warp_index() % WARPS_K == 1;
#pragma unroll
    for (int n = 0; n < TOKEN_FRAGMENTS; n++) {
        Sums given;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            given.of[i] = second ? sums.of[0][n][i] : sums.of[1][n][i];
            own[n].of[i] = second ? sums.of[1][n][i] : sums.of[0][n][i];
        }
        scratch[(warp_index() * TOKEN_FRAGMENTS + n) * WARP_LANES + lane_index()] = given;
    }
    sync_threads();
#pragma unroll
    for (int n = 0; n < TOKEN_FRAGMENTS; n++) {
        const Sums given = scratch[((warp_index() ^ 1) * TOKEN_FRAGMENTS + n) * WARP_LANES + lane_index()];
#pragma unroll
        for (int i = 0; i < 4; i++) own[n].of[i] += given.of[i];
    }
}

// Puts a block's sums beside those of the tile's other blocks; true in the block that came last, which then has the
// sums of all.
__device__ __forceinline__ bool gather(
    const Arguments& a, int tile, int total, Sums (&own)[TOKEN_FRAGMENTS], bool begins, u32* last) {
    const int first = block_of(tile * CHUNKS, total), end = block_of(tile * CHUNKS + CHUNKS - 1, total);
    Sums* place = partials_of(a, (int)blockIdx.x, begins);
#pragma unroll
    for (int n = 0; n < TOKEN_FRAGMENTS; n++) place[n * WARP_LANES] = own[n];
    thread_fence();
    sync_threads();
    if (threadIdx.x == 0) {
        *last = atomic_add_acq_rel(a.counters + tile, 1) == (u32)(end - first);
        if (*last) a.counters[tile] = 0;
    }
    sync_threads();
    if (!*last) return false;
    thread_fence();
#pragma unroll
    for (int n = 0; n < TOKEN_FRAGMENTS; n++) own[n] = Sums{{0.0f, 0.0f, 0.0f, 0.0f}};
    for (int block = first; block <= end; block++) {
        const Sums* part = partials_of(a, block, block == first);
#pragma unroll
        for (int n = 0; n < TOKEN_FRAGMENTS; n++) {
            const Sums more = part[n * WARP_LANES];
#pragma unroll
            for (int i = 0; i < 4; i++) own[n].of[i] += more.of[i];
        }
    }
    return true;
}

__device__ __forceinline__ void store_tile(const Arguments& a, int tile, const Sums (&own)[TOKEN_FRAGMENTS]) {
    const int fragment = tile * TILE_FRAGMENTS + warp_index();
#pragma unroll
    for (int n = 0; n < TOKEN_FRAGMENTS; n++) {
#if EPILOGUE == EPILOGUE_GATED
#pragma unroll
        for (int i = 0; i < 2; i++) {
            store_gated(
                a.y, place_of(fragment, lane_index(), i, n * FRAGMENT_TOKENS, a.outputs, a.rows), own[n].of[i],
                own[n].of[i + 2]);
        }
#else
        Place places[4];
        float earlier[4];
#pragma unroll
        for (int i = 0; i < 4; i++) {
            places[i] = place_of(fragment, lane_index(), i, n * FRAGMENT_TOKENS, a.outputs, a.rows);
            earlier[i] = earlier_value(a.y, places[i]);
        }
#pragma unroll
        for (int i = 0; i < 4; i++) store_sum(a.y, places[i], own[n].of[i], earlier[i]);
#endif
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, 1) skinny_split(
    const vec16* x, const elem* weights, output* y, u32* counters, Sums* partials, i32 outputs, i32 rows,
    i32 aheadChunks) {
    DYNAMIC_SHARED(shared);
    __shared__ u32 last;
    Sums* scratch = (Sums*)(shared + STAGES * STAGE_BYTES);
    const Arguments a{x, weights, y, counters, partials, outputs, rows};
    constexpr int TILE_OUTPUTS = TILE_FRAGMENTS * OUTPUTS_OF_FRAGMENT;
    const int total = (outputs + TILE_OUTPUTS - 1) / TILE_OUTPUTS * CHUNKS;
    const int begin = (int)((i64)total * blockIdx.x / gridDim.x),
              end = (int)((i64)total * (blockIdx.x + 1) / gridDim.x);

    Copies copies(a, shared, begin, end);
    Ahead ahead(a, min(begin + STAGES - 1, end), end);
    copies.start(ahead, aheadChunks);

    WarpSums sums;
    sums.clear();
    Cursor at(begin);
    bool begins = at.chunk == 0;
    int stage = 0;
    for (int line = begin; line < end; line++) {
        cp_async_wait<STAGES - 2>();
        sync_threads(); // all have the chunk, and all are done with the one before it, whose place is filled next
        copies.copy_next();
        if (aheadChunks > 0) ahead.prefetch_next(a);
        sums.add(shared + stage * STAGE_BYTES);
        if (++stage == STAGES) stage = 0;
        const bool tileEnds = at.chunk == CHUNKS - 1;
        if (tileEnds || line + 1 == end) {
            Sums own[TOKEN_FRAGMENTS];
            exchange(sums, own, scratch);
            if ((begins && tileEnds) || gather(a, at.tile, total, own, begins, &last)) store_tile(a, at.tile, own);
            sums.clear();
            begins = true;
        }
        at.advance();
    }
}
