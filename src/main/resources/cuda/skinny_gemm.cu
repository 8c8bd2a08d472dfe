// Product of a large matrix with up to 8 tokens: y[m, n] = sum over k of x[m, k] * w[n, k], at memory speed: the
// weights are read once.
//
// With -DNORM_INPUT, x is the residual stream, and what is multiplied is its RMS norm, rounded to E as norm.cu does it.
// EPILOGUE says what becomes of a sum: see skinny.cuh. Gated: w has the rows of gate, then those of up; outputs counts
// the rows of one.
//
//   x           [.., INPUTS] E
//   rowIndices  [rows] i32 or null: which row of x is token m, negative for zeros
//   w           [outputs, INPUTS] E, gated [2 * outputs, INPUTS]
//   y           [rows, outputs] E or f32; not x
//   normWeight  [INPUTS] E
//
// Row-major, dense, 16-byte aligned. Accumulation f32, in an order that depends neither on the number of tokens nor on
// the grid.
//
// A block stays and takes every gridDim-th fragment of 16 rows (see skinny.cuh). Its tokens lie in shared memory for
// the whole kernel, rows 64 bytes off a multiple of 128, so that the 8 lanes of a quarter warp read 8 different banks
// of 16 bytes. 8 warps split k: unit u (64 k) belongs to warp u % 8; their sums meet in shared memory. The weights come
//
//   * with -DBULK_COPIES (from sm_90 on, without effect before) by bulk copies of a ninth warp into a ring of STAGES of
//     16 rows by 512 k, or
//   * by cp.async of each lane into a ring of its own, STAGES units deep: what a lane copies, only it reads, so nothing
//     is waited for but the lane's own oldest copy. (Loads into registers cannot wait for the oldest alone: the
//     compiler puts them all on one scoreboard.)
//
// Either way the stream goes on across fragments, and starts before the previous kernel has ended, since no kernel
// writes weights. The next kernel may start when a block has begun its last copy, not before: what it copies ahead then
// fills the memory's time while this one ends and hands over. With bulk copies L2 is asked for another aheadChunks, so
// that memory has work until the ring moves again.
//
// Launch: 256 threads, 288 with bulk copies; at most as many blocks as multiprocessors; shared memory as in
// SkinnyResident.java.
// Constants: INPUTS (a multiple of 8), STAGES (up to 16), EPILOGUE, ACTIVATION where gated, NORM_INPUT, BULK_COPIES,
// ELEMENT_F16.
#include "norm.cuh"
#include "skinny.cuh"

constexpr int WARPS = 8;
constexpr int MULTIPLIERS = WARPS * WARP_LANES;
constexpr int CHUNK_K = WARPS * UNIT_K;
constexpr int CHUNKS = (INPUTS + CHUNK_K - 1) / CHUNK_K;
constexpr int ROW_VECS = INPUTS / VEC_ELEMS;
constexpr int TOKEN_VECS = UNITS * UNIT_K / VEC_ELEMS; // of a token in shared memory, zeros at the end
constexpr int TOKEN_PITCH = TOKEN_VECS * 16 + 64;      // bytes
constexpr int MULTIPLIER_BARRIER = 1;

#if defined(BULK_COPIES) && HAS_BULK_COPY
#define HAS_COPY_WARP 1
#else
#define HAS_COPY_WARP 0
#endif

#if HAS_COPY_WARP
constexpr int THREADS = MULTIPLIERS + WARP_LANES;
#else
constexpr int THREADS = MULTIPLIERS;
#endif

// Shared memory, in bytes:
//   [ mbarriers 256 | sums of squares 256 | sums of warps, 2 * 4096 | tokens rows * TOKEN_PITCH, up to 128 | ring ]
constexpr int MAX_STAGES = 16;
constexpr int SQUARES_AT = 2 * 8 * MAX_STAGES;
constexpr int SUMS_AT = SQUARES_AT + FRAGMENT_TOKENS * NORM_WARPS * 4;
constexpr int SUMS_BYTES = WARPS * 4 * WARP_LANES * 4;
constexpr int TOKENS_AT = SUMS_AT + 2 * SUMS_BYTES;

struct Arguments {
    const vec16* x;
    const vec16* normWeight;
    const i32* rowIndices;
    const elem* weights;
    output* y;
    int outputs, rows;
    float eps, weightOffset;
    int fragments;
};

// ---- tokens ----

__device__ __forceinline__ vec16 input_vec(const Arguments& a, int token, int vec) {
    const i64 row = a.rowIndices ? a.rowIndices[token] : token;
    return row >= 0 && vec < ROW_VECS ? a.x[row * ROW_VECS + vec] : zero16();
}

#ifdef NORM_INPUT
constexpr int THREAD_VECS = (TOKEN_VECS + MULTIPLIERS - 1) / MULTIPLIERS;
constexpr int ROWS_AT_ONCE = THREAD_VECS >= 8 ? 1 : 8 / THREAD_VECS; // loads in flight, in rows

// Whether the thread has a vector j of a token; see norm.cuh for who has which.
__device__ __forceinline__ bool has_token_vec(int j) {
    return (j + 1) * MULTIPLIERS <= TOKEN_VECS || (int)threadIdx.x + j * MULTIPLIERS < TOKEN_VECS;
}

__device__ __forceinline__ void stage_tokens(const Arguments& a, unsigned char* shared) {
    float* squares = (float*)(shared + SQUARES_AT);
    unsigned char* tokens = shared + TOKENS_AT;
    vec16 gains[THREAD_VECS];
#pragma unroll
    for (int j = 0; j < THREAD_VECS; j++) {
        const int vec = (int)threadIdx.x + j * MULTIPLIERS;
        gains[j] = vec < ROW_VECS ? a.normWeight[vec] : zero16();
    }
    wait_for_previous_kernel();
    for (int first = 0; first < a.rows; first += ROWS_AT_ONCE) {
        vec16 v[ROWS_AT_ONCE][THREAD_VECS];
#pragma unroll
        for (int r = 0; r < ROWS_AT_ONCE; r++) {
#pragma unroll
            for (int j = 0; j < THREAD_VECS; j++) {
                v[r][j] = first + r < a.rows ? input_vec(a, first + r, (int)threadIdx.x + j * MULTIPLIERS) : zero16();
            }
        }
#pragma unroll
        for (int r = 0; r < ROWS_AT_ONCE; r++) {
            if (first + r >= a.rows) break;
            float sum = 0.0f;
#pragma unroll
            for (int j = 0; j < THREAD_VECS; j++) {
                sum = add_squares(sum, v[r][j]);
                const int vec = (int)threadIdx.x + j * MULTIPLIERS;
                if (has_token_vec(j)) store16(tokens + (first + r) * TOKEN_PITCH + vec * 16, v[r][j]);
            }
            sum = warp_sum(sum);
            if (lane_index() == 0) squares[(first + r) * NORM_WARPS + warp_index()] = sum;
        }
    }
    barrier_sync(MULTIPLIER_BARRIER, MULTIPLIERS);
    for (int token = 0; token < a.rows; token++) {
        const float scale = inverse_rms(sum_of_warps(squares + token * NORM_WARPS), INPUTS, a.eps);
#pragma unroll
        for (int j = 0; j < THREAD_VECS; j++) {
            unsigned char* place = tokens + token * TOKEN_PITCH + ((int)threadIdx.x + j * MULTIPLIERS) * 16;
            if (has_token_vec(j)) store16(place, scale_by_weight(load16(place), scale, gains[j], a.weightOffset));
        }
    }
    barrier_sync(MULTIPLIER_BARRIER, MULTIPLIERS);
}
#else
__device__ __forceinline__ void stage_tokens(const Arguments& a, unsigned char* shared) {
    unsigned char* tokens = shared + TOKENS_AT;
    wait_for_previous_kernel();
    for (int token = 0; token < a.rows; token++) {
#pragma unroll 4
        for (int vec = threadIdx.x; vec < TOKEN_VECS; vec += MULTIPLIERS) {
            store16(tokens + token * TOKEN_PITCH + vec * 16, input_vec(a, token, vec));
        }
    }
    barrier_sync(MULTIPLIER_BARRIER, MULTIPLIERS);
}
#endif

// The lane's part of the tokens of unit 0; a lane without a token of its own reads another's, and its sums are not
// stored.
__device__ __forceinline__ const unsigned char* lane_token(const unsigned char* shared, int rows) {
    const int token = min(lane_index() / 4, rows - 1);
    return shared + TOKENS_AT + token * TOKEN_PITCH + lane_index() % 4 * 16;
}

__device__ __forceinline__ void multiply_unit(float (&sums)[4], const Unit& unit, const unsigned char* token, int k) {
#pragma unroll
    for (int s = 0; s < UNIT_STEPS; s++) {
        multiply(sums, unit.low[s], unit.high[s], load16(token + (k + s * STEP_K) * (int)sizeof(elem)));
    }
}

// ---- sums ----

// Adds the warps' sums of a fragment and stores them. Thread (warp i, lane l) of the first 4 warps ends sum i of lane
// l, gated ones sums i and i + 2. The buffers alternate, so one barrier is enough: who passes the next one has read
// this one.
struct Ending {
    Place place;
    float earlier;

    __device__ __forceinline__ void begin(const Arguments& a, int fragment) {
        place = place_of(fragment, lane_index(), warp_index(), 0, a.outputs, a.rows);
        place.exists = place.exists && warp_index() < 4;
        earlier = earlier_value(a.y, place);
    }

    __device__ __forceinline__ void finish(const Arguments& a, float (&sums)[4], unsigned char* shared, int parity) {
        float* all = (float*)(shared + SUMS_AT + parity * SUMS_BYTES);
#pragma unroll
        for (int i = 0; i < 4; i++) all[(warp_index() * 4 + i) * WARP_LANES + lane_index()] = sums[i];
        barrier_sync(MULTIPLIER_BARRIER, MULTIPLIERS);
        const float* own = all + warp_index() * WARP_LANES + lane_index();
#if EPILOGUE == EPILOGUE_GATED
        if (warp_index() >= 2) return;
        store_gated(a.y, place, total(own), total(own + 2 * WARP_LANES));
#else
        if (warp_index() >= 4) return;
        store_sum(a.y, place, total(own), earlier);
#endif
    }

    __device__ __forceinline__ static float total(const float* own) {
        float sum = own[0];
#pragma unroll
        for (int warp = 1; warp < WARPS; warp++) sum += own[warp * 4 * WARP_LANES];
        return sum;
    }
};

// ---- weights ----

__device__ __forceinline__ unsigned char* ring_of(unsigned char* shared, int rows) {
    return shared + (TOKENS_AT + rows * TOKEN_PITCH + 127) / 128 * 128;
}

#if HAS_COPY_WARP
constexpr int STAGE_PITCH = CHUNK_K * (int)sizeof(elem) + 64;
constexpr int STAGE_BYTES = FRAGMENT_ROWS * STAGE_PITCH;

struct Ring {
    u32 mbarriers, parity;
    unsigned char* bytes;
    int stage;

    __device__ __forceinline__ Ring(unsigned char* shared, int rows)
        : mbarriers(shared_address(shared)), parity(0), bytes(ring_of(shared, rows)), stage(0) {
    }
    __device__ __forceinline__ u32 full() const {
        return mbarriers + 16 * stage;
    }
    __device__ __forceinline__ u32 empty() const {
        return mbarriers + 16 * stage + 8;
    }
    __device__ __forceinline__ void advance() {
        if (++stage == STAGES) {
            stage = 0;
            parity ^= 1;
        }
    }
    // One thread of the block, before a sync_threads.
    __device__ __forceinline__ void initialise() const {
        for (int i = 0; i < STAGES; i++) {
            mbarrier_init(mbarriers + 16 * i, 1);
            mbarrier_init(mbarriers + 16 * i + 8, WARPS);
        }
        mbarrier_fence_init();
    }
};

// The chunks of a block in their order, as lane r sees them: row r of the fragment.
struct Chunks {
    const elem* row;
    int fragment, chunk, index;

    __device__ __forceinline__ explicit Chunks(const Arguments& a) : fragment(blockIdx.x), chunk(0), index(0) {
        point(a);
    }
    __device__ __forceinline__ void point(const Arguments& a) {
        row = a.weights + weight_row(fragment, lane_index() % FRAGMENT_ROWS, a.outputs) * INPUTS;
    }
    __device__ __forceinline__ bool exists(const Arguments& a) const {
        return fragment < a.fragments;
    }
    __device__ __forceinline__ const elem* place() const {
        return row + chunk * CHUNK_K;
    }
    __device__ __forceinline__ u32 bytes() const {
        return min(CHUNK_K, INPUTS - chunk * CHUNK_K) * (int)sizeof(elem);
    }
    __device__ __forceinline__ void advance(const Arguments& a) {
        index++;
        if (++chunk < CHUNKS) return;
        chunk = 0;
        fragment += gridDim.x;
        point(a);
    }
};

// The copying warp: lane r copies row r.
__device__ __forceinline__ void stream_weights(const Arguments& a, Ring ring, int aheadChunks) {
    const u32 stages = shared_address(ring.bytes);
    const bool hasRow = lane_index() < FRAGMENT_ROWS;
    Chunks ahead(a);
    while (ahead.index < STAGES) ahead.advance(a);
    for (Chunks at(a); at.exists(a); at.advance(a), ring.advance()) {
        mbarrier_wait(ring.empty(), ring.parity ^ 1); // the first round finds empty stages
        if (lane_index() == 0) mbarrier_arrive_expect(ring.full(), FRAGMENT_ROWS * at.bytes());
        sync_warp();
        if (hasRow) {
            bulk_copy(
                stages + ring.stage * STAGE_BYTES + lane_index() * STAGE_PITCH, at.place(), at.bytes(), ring.full());
        }
        if (at.index < STAGES - 1 || aheadChunks == 0) continue;
        for (; ahead.index <= at.index + aheadChunks && ahead.exists(a); ahead.advance(a)) {
            if (hasRow) bulk_prefetch_l2(ahead.place(), ahead.bytes());
        }
    }
    let_next_kernel_start();
}

__device__ __forceinline__ Unit staged_unit(const Ring& ring, int k) {
    Unit unit;
    const unsigned char* low = ring.bytes + ring.stage * STAGE_BYTES + lane_index() / 4 * STAGE_PITCH
                               + warp_index() * UNIT_K * (int)sizeof(elem) + lane_index() % 4 * 16;
#pragma unroll
    for (int s = 0; s < UNIT_STEPS; s++) {
        const bool valid = has_inputs(k + s * STEP_K + lane_index() % 4 * VEC_ELEMS);
        unit.low[s] = valid ? load16(low + s * STEP_K * (int)sizeof(elem)) : zero16();
        unit.high[s] = valid ? load16(low + 8 * STAGE_PITCH + s * STEP_K * (int)sizeof(elem)) : zero16();
    }
    return unit;
}

__device__ __forceinline__ void multiply_fragments(const Arguments& a, Ring ring, unsigned char* shared) {
    const unsigned char* token = lane_token(shared, a.rows);
    int parity = 0;
    for (int fragment = blockIdx.x; fragment < a.fragments; fragment += gridDim.x, parity ^= 1) {
        Ending ending;
        ending.begin(a, fragment);
        float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            const int k = chunk * CHUNK_K + warp_index() * UNIT_K;
            mbarrier_wait(ring.full(), ring.parity);
            if (k < INPUTS) multiply_unit(sums, staged_unit(ring, k), token, k);
            sync_warp();
            if (lane_index() == 0) mbarrier_arrive(ring.empty());
            ring.advance();
        }
        ending.finish(a, sums, shared, parity);
    }
}
#else
constexpr int UNIT_BYTES = 2 * UNIT_STEPS * WARP_LANES * 16; // of a warp
constexpr int STAGE_BYTES = WARPS * UNIT_BYTES;

// The lane's ring, and how far the copies into it have come.
struct Ring {
    const Arguments& a;
    unsigned char* own;
    const elem *low, *high;
    int fragment, chunk, copyStage, stage;

    __device__ __forceinline__ Ring(const Arguments& a, unsigned char* shared)
        : a(a),
          own(ring_of(shared, a.rows) + warp_index() * UNIT_BYTES + lane_index() * 16),
          fragment(blockIdx.x),
          chunk(0),
          copyStage(0),
          stage(0) {
        point();
    }
    // At the lane's part of its rows.
    __device__ __forceinline__ void point() {
        const int k = warp_index() * UNIT_K + lane_index() % 4 * VEC_ELEMS;
        low = a.weights + weight_row(fragment, lane_index() / 4, a.outputs) * INPUTS + k;
        high = a.weights + weight_row(fragment, lane_index() / 4 + 8, a.outputs) * INPUTS + k;
    }
    // Starts the copies of one more unit: one group, also past the end, so that waiting counts units.
    __device__ __forceinline__ void copy_next() {
        const int k = chunk * CHUNK_K + warp_index() * UNIT_K;
        if (fragment < a.fragments && k < INPUTS) {
            const u32 to = shared_address(own + copyStage * STAGE_BYTES);
#pragma unroll
            for (int s = 0; s < UNIT_STEPS; s++) {
                const bool valid = has_inputs(k + s * STEP_K + lane_index() % 4 * VEC_ELEMS);
                const int from = valid ? chunk * CHUNK_K + s * STEP_K : 0;
                cp_async16_zfill(to + s * WARP_LANES * 16, low + from, valid);
                cp_async16_zfill(to + (UNIT_STEPS + s) * WARP_LANES * 16, high + from, valid);
            }
        }
        cp_async_commit();
        if (++copyStage == STAGES) copyStage = 0;
        if (++chunk < CHUNKS) return;
        chunk = 0;
        fragment += gridDim.x;
        if (fragment >= a.fragments) let_next_kernel_start();
        point();
    }
    // The oldest unit, whose place is then free.
    __device__ __forceinline__ Unit take() {
        Unit unit;
        const unsigned char* from = own + stage * STAGE_BYTES;
#pragma unroll
        for (int s = 0; s < UNIT_STEPS; s++) {
            unit.low[s] = load16(from + s * WARP_LANES * 16);
            unit.high[s] = load16(from + (UNIT_STEPS + s) * WARP_LANES * 16);
        }
        return unit;
    }
};

__device__ __forceinline__ void multiply_fragments(const Arguments& a, Ring& ring, unsigned char* shared) {
    const unsigned char* token = lane_token(shared, a.rows);
    int parity = 0;
    for (int fragment = blockIdx.x; fragment < a.fragments; fragment += gridDim.x, parity ^= 1) {
        Ending ending;
        ending.begin(a, fragment);
        float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            const int k = chunk * CHUNK_K + warp_index() * UNIT_K;
            cp_async_wait<STAGES - 1>();
            if (k < INPUTS) multiply_unit(sums, ring.take(), token, k);
            if (++ring.stage == STAGES) ring.stage = 0;
            ring.copy_next();
        }
        ending.finish(a, sums, shared, parity);
    }
}
#endif

extern "C" __global__ void __launch_bounds__(THREADS, 2) skinny_gemm(
    const vec16* x, const vec16* normWeight, const i32* rowIndices, const elem* weights, output* y, i32 outputs,
    i32 rows, float eps, float weightOffset, i32 aheadChunks) {
    DYNAMIC_SHARED(shared);
    const int fragments = (outputs + OUTPUTS_OF_FRAGMENT - 1) / OUTPUTS_OF_FRAGMENT;
    const Arguments a{x, normWeight, rowIndices, weights, y, outputs, rows, eps, weightOffset, fragments};
#if HAS_COPY_WARP
    const Ring ring(shared, rows);
    if (threadIdx.x == 0) ring.initialise();
    sync_threads();
    if (warp_index() == WARPS) {
        stream_weights(a, ring, aheadChunks);
    } else {
        stage_tokens(a, shared);
        multiply_fragments(a, ring, shared);
    }
#else
    Ring ring(a, shared);
    for (int i = 0; i < STAGES; i++) ring.copy_next();
    stage_tokens(a, shared);
    multiply_fragments(a, ring, shared);
#endif
}
