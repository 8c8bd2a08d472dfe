// Prepares the queries, keys and values of a step's tokens for attention; for token t at position p, head h of width D:
//
//   x = qkv[t, h] + bias[h]                                   bias may be null
//   x = x / sqrt(mean(x^2) + epsilon) * norm                  queries and keys, where queryNorm (then keyNorm too) is not null
//   (a, b) -> (a cos(p f_i) - b sin(p f_i), b cos(p f_i) + a sin(p f_i))   queries and keys, pair i < ROTATED_DIMS / 2
//   queries go back to their place, keys and values to their place in the cache; qkv's keys and values are left as they were.
//
// Pairs are elements (2i, 2i + 1), or with ROTARY_HALVES (i, i + ROTATED_DIMS / 2). A token whose slot is -1 changes nothing.
//
//   qkv        E [T, (H + 2 KVH) * D]  read, queries written         bias  E [(H + 2 KVH) * D]    queryNorm, keyNorm  E [D]
//   turns      f32 [TURN_STEP + coarse rows][2][TURN_PAIRS]: cosines, then sines of p f_i; row j < TURN_STEP is of position j, row
//              TURN_STEP + k of position k * TURN_STEP. A position's turn is the sum of two: 0.4 MB for 128k positions instead of
//              64 MB (TURN_STEP 512), computed in double on the host; the product of both is right to 2 ulp of f32.
//   tokenSlots, tokenPositions  i32 [T]     tables, keys, values: see attention.cuh        all pointers 16-byte aligned
//
// Arithmetic in f32, one rounding where a value is stored. Bound by memory: every element read and written once, 16 bytes a thread.
// Geometry: THREADS threads; LANES threads a head (8 elements each), each for TOKEN_BATCH heads of its token, whose loads are all in
// flight together; grid = T * BATCHES * LANES / THREADS, rounded up. Constants: attention.cuh's, ROTATED_DIMS, TURN_STEP,
// ROTARY_HALVES.
// Everything but qkv is read before the previous kernel's end (attention.cuh).
// Source: Su et al. 2021 (rotary embeddings), Zhang and Sennrich 2019 (RMS norm).
#include "attention.cuh"

#ifdef ROTARY_HALVES
constexpr bool HALVES = true;
#else
constexpr bool HALVES = false;
#endif

constexpr int THREADS = 128;
constexpr int LANES = HEAD_VECS <= 8 ? 8 : HEAD_VECS <= 16 ? 16 : 32;
constexpr int TOKEN_BATCH = 4;
constexpr int BATCHES = (TOKEN_HEADS + TOKEN_BATCH - 1) / TOKEN_BATCH;

constexpr int HALF = ROTATED_DIMS / 2;
constexpr bool WHOLE_VECS = HALF % VEC_ELEMS == 0;       // the partners of a thread's elements are one other thread's
constexpr int TURN_PAIRS = (HALF + 3) / 4 * 4;
constexpr int TURN_ROW = 2 * TURN_PAIRS;
constexpr int TURNS = HALVES ? VEC_ELEMS : VEC_ELEMS / 2;  // turns that a thread needs

static_assert(ROTATED_DIMS % 2 == 0 && ROTATED_DIMS <= HEAD_DIM, "whole pairs of the head");
static_assert(HEAD_VECS <= LANES && LANES <= WARP_LANES, "a head is one part of a warp");

// The numbers of a row of the table that belong to the thread's elements.
__device__ __forceinline__ void load_turns(const float* row, int vec, float (&x)[TURNS]) {
    if constexpr (!HALVES || WHOLE_VECS) {
        const int first = !HALVES ? TURNS * vec : vec * VEC_ELEMS < HALF ? vec * VEC_ELEMS : vec * VEC_ELEMS - HALF;
        const int inside = min(first, TURN_PAIRS - TURNS);  // elements past the rotated ones read any numbers and leave them
#pragma unroll
        for (int i = 0; i < TURNS; i += 4) {
            const vec16 four = load16(row + inside + i);
#pragma unroll
            for (int j = 0; j < 4; j++) x[i + j] = __uint_as_float(four.word[j]);
        }
    } else {
#pragma unroll
        for (int j = 0; j < TURNS; j++) {
            const int element = vec * VEC_ELEMS + j;
            x[j] = row[element < HALF ? element : element < ROTATED_DIMS ? element - HALF : 0];
        }
    }
}

// Cosines and sines of the thread's elements at a position.
__device__ __forceinline__ void turns_at(const float* turns, int position, int vec, float (&cosine)[TURNS], float (&sine)[TURNS]) {
    const float* fine = turns + (i64)(position % TURN_STEP) * TURN_ROW;
    const float* coarse = turns + (i64)(TURN_STEP + position / TURN_STEP) * TURN_ROW;
    float c[TURNS], s[TURNS];
    load_turns(fine, vec, c);
    load_turns(fine + TURN_PAIRS, vec, s);
    load_turns(coarse, vec, cosine);
    load_turns(coarse + TURN_PAIRS, vec, sine);
#pragma unroll
    for (int j = 0; j < TURNS; j++) {
        const float both = cosine[j] * c[j] - sine[j] * s[j];
        sine[j] = sine[j] * c[j] + cosine[j] * s[j];
        cosine[j] = both;
    }
}

// The element that is rotated with element j of the thread.
__device__ __forceinline__ float partner_of(const float (&x)[VEC_ELEMS], int j, int vec) {
    const int lane = lane_index();
    if constexpr (WHOLE_VECS) {
        const int away = HALF / VEC_ELEMS;
        return shuffle_from(x[j], (vec < away ? lane + away : lane - away) & (WARP_LANES - 1));
    } else {
        constexpr int down = HALF / VEC_ELEMS + 1;
        const int below = j + down * VEC_ELEMS - HALF;
        const float upper = shuffle_from(x[(j + HALF) % VEC_ELEMS], (lane + (j + HALF) / VEC_ELEMS) & (WARP_LANES - 1));
        const float lower = shuffle_from(x[below % VEC_ELEMS], (lane + below / VEC_ELEMS - down) & (WARP_LANES - 1));
        return vec * VEC_ELEMS + j < HALF ? upper : lower;
    }
}

__device__ __forceinline__ void rotate(float (&x)[VEC_ELEMS], int vec, const float (&cosine)[TURNS], const float (&sine)[TURNS]) {
    if constexpr (HALVES) {
        float partner[VEC_ELEMS];
#pragma unroll
        for (int j = 0; j < VEC_ELEMS; j++) partner[j] = partner_of(x, j, vec);
#pragma unroll
        for (int j = 0; j < VEC_ELEMS; j++) {
            const int element = vec * VEC_ELEMS + j;
            const float turned = x[j] * cosine[j] + partner[j] * (element < HALF ? -sine[j] : sine[j]);
            x[j] = element < ROTATED_DIMS ? turned : x[j];
        }
    } else {
#pragma unroll
        for (int i = 0; i < TURNS; i++) {
            const float a = x[2 * i], b = x[2 * i + 1];
            const bool rotated = vec * VEC_ELEMS + 2 * i < ROTATED_DIMS;
            x[2 * i] = rotated ? a * cosine[i] - b * sine[i] : a;
            x[2 * i + 1] = rotated ? b * cosine[i] + a * sine[i] : b;
        }
    }
}

__device__ __forceinline__ void normalise(float (&x)[VEC_ELEMS], const elem* weights, float epsilon) {
    float squares = 0.0f;
#pragma unroll
    for (int j = 0; j < VEC_ELEMS; j++) squares += x[j] * x[j];
    const float factor = fast_rsqrt(group_sum<LANES>(squares) * (1.0f / HEAD_DIM) + epsilon);
    float w[VEC_ELEMS];
    unpack8(load16(weights), w);
#pragma unroll
    for (int j = 0; j < VEC_ELEMS; j++) x[j] *= factor * w[j];
}

extern "C" __global__ void __launch_bounds__(THREADS, 6) rotary_cache(elem* qkv, const elem* bias, const elem* queryNorm,
        const elem* keyNorm, float epsilon, const float* turns, const i32* tokenSlots, const i32* tokenPositions, i32 tokenCount,
        const i32* tables, i32 tableStride, elem* keys, elem* values) {
    let_next_kernel_start();
    const int group = (int)(blockIdx.x * THREADS + threadIdx.x) / LANES;
    const int vec = (int)threadIdx.x % LANES;
    const bool holds = vec < HEAD_VECS;                   // 80 and 96 leave lanes over; their elements count as zeros
    const int token = min(group / BATCHES, tokenCount - 1);
    const int firstHead = group % BATCHES * TOKEN_BATCH;
    const int slot = tokenSlots[token];
    const int position = tokenPositions[token];
    const bool stores = holds && slot >= 0 && group / BATCHES < tokenCount;

    float cosine[TURNS], sine[TURNS];
    i64 cachePlace = 0;                                   // of head 0
    if (slot >= 0) {
        const i32 block = tables[(i64)slot * tableStride + position / BLOCK_TOKENS];
        cachePlace = block_offset(block, 0) + position % BLOCK_TOKENS * HEAD_DIM + vec * VEC_ELEMS;
        if constexpr (ROTATED_DIMS > 0) turns_at(turns, position, vec, cosine, sine);
    }

    wait_for_previous_kernel();
    elem* const heads = qkv + (i64)token * TOKEN_HEADS * HEAD_DIM + vec * VEC_ELEMS;
    vec16 data[TOKEN_BATCH];
#pragma unroll
    for (int i = 0; i < TOKEN_BATCH; i++) {
        const int head = firstHead + i;
        data[i] = stores && head < TOKEN_HEADS ? load16(heads + head * HEAD_DIM) : zero16();
    }
#pragma unroll
    for (int i = 0; i < TOKEN_BATCH; i++) {
        const int head = firstHead + i;
        const bool isQuery = head < HEAD_COUNT;
        float x[VEC_ELEMS];
        unpack8(data[i], x);
        if (bias != nullptr && holds && head < TOKEN_HEADS) {
            float b[VEC_ELEMS];
            unpack8(load16(bias + head * HEAD_DIM + vec * VEC_ELEMS), b);
#pragma unroll
            for (int j = 0; j < VEC_ELEMS; j++) x[j] += b[j];
        }
        float y[VEC_ELEMS];
#pragma unroll
        for (int j = 0; j < VEC_ELEMS; j++) y[j] = x[j];
        // Lanes of one warp may hold a value head beside a key head: all take part in the shuffles, then choose.
        if (queryNorm != nullptr) normalise(y, (isQuery ? queryNorm : keyNorm) + (holds ? vec : 0) * VEC_ELEMS, epsilon);
        if constexpr (ROTATED_DIMS > 0) rotate(y, vec, cosine, sine);
        if (!stores || head >= TOKEN_HEADS) continue;
        const int kvHead = head - HEAD_COUNT;
        if (isQuery) {
            store16(heads + head * HEAD_DIM, pack8(y));
        } else if (kvHead < KV_HEAD_COUNT) {
            store16(keys + cachePlace + kvHead * BLOCK_HEAD_ELEMS, pack8(y));
        } else {
            store16(values + cachePlace + (kvHead - KV_HEAD_COUNT) * BLOCK_HEAD_ELEMS, pack8(x));
        }
    }
}
