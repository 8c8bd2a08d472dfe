// Log-probabilities of the model's own logits: of one token a request, and of the likeliest ones.
//
//   logprob(id) = logit(id) - log(sum over all ids of exp(logit))      likeliest first, the smaller id among equals
//
//   logits    f32 [rows, vocabulary], dense, never written
//   requests  LogprobRequest [n]
//   drawn     i32 [rows]: tokens that requests with tokenId -1 mean; a negative one (a bad row) gives a bad entry
//   entries   LogprobEntry [n]: receives the results. topCount is -1 where the row has NaN, +infinity or nothing finite
//   tickets   u32 [n], 0 before and after        partials  Partial [n, gridDim.x]
//
// Grid (ceil(vocabulary / CHUNK), n), THREADS threads, dynamic shared memory CHUNK floats; vocabulary <= 64 * CHUNK. A
// block finds largest logit, sum of exponentials and the likeliest of its CHUNK; the last block of a request puts them
// together. Sums are f64, the exponential is the CPU runner's. Source: own.
#include "sampling.cuh"

constexpr int THREADS = 256;  // SamplingLogprobs.THREADS
constexpr int CHUNK = 8192;   // SamplingLogprobs.CHUNK
constexpr int MAX_TOP = 20;   // LogprobOptions.MAX_TOP_COUNT

struct LogprobRequest {
    i32 row;       // of the logits
    i32 tokenId;   // -1: the row's drawn token
    i32 topCount;  // how many of the likeliest, 0 to MAX_TOP
    i32 unused;
};

struct LogprobEntry {
    i32 tokenId;
    float logprob;
    i32 topCount;  // likeliest tokens given; -1: the row is bad
    i32 unused;
    i32 topTokenIds[MAX_TOP];
    float topLogprobs[MAX_TOP];
};
static_assert(sizeof(LogprobEntry) == 176, "as SamplingOutput reads it");

struct Partial {
    float most;  // NaN: bad
    i32 unused;
    double sum;  // of exp(logit - most); 0 where most is -infinity
    u64 top[MAX_TOP];
};
static_assert(sizeof(Partial) == 176, "as SamplingLogprobs allocates it");

struct Shared {
    u64 reduce[WARP_LANES];
    double sums[WARP_LANES];
    double sum;
    float most;
    int isLast;
};

// The largest key of the thread's share of `count` logits that is below `bound`.
struct LogitKeys {
    const float* logits;
    int base;
    int count;

    __device__ __forceinline__ u64 best_below(u64 bound) const {
        u64 best = 0;
        for (int i = (int)threadIdx.x; i < count; i += THREADS) {
            u64 key = token_key(logits[i], base + i);
            if (key < bound && key > best) best = key;
        }
        return best;
    }
};

// The same of keys in global memory: `each` of every partial.
struct PartialKeys {
    const Partial* partials;
    int blocks;
    int each;

    __device__ __forceinline__ u64 best_below(u64 bound) const {
        u64 best = 0;
        for (int i = (int)threadIdx.x; i < blocks * each; i += THREADS) {
            u64 key = partials[i / each].top[i % each];
            if (key < bound && key > best) best = key;
        }
        return best;
    }
};

// The largest keys in falling order; 0 where there are no more. A thread looks at its share again only when it gave the
// last one.
template <typename Keys>
__device__ __forceinline__ void top_keys(const Keys& keys, int topCount, u64* top, u64* reduce) {
    u64 own = topCount > 0 ? keys.best_below(0xffffffffffffffffull) : 0;
    for (int i = 0; i < topCount; i++) {
        u64 best = block_max64(own, reduce);
        if (threadIdx.x == 0) top[i] = best;
        if (own == best && best != 0) own = keys.best_below(best);
    }
}

__device__ __forceinline__ double block_sum_double(double value, double* scratch) {
#pragma unroll
    for (int mask = WARP_LANES / 2; mask > 0; mask /= 2) {
        u64 bits;
        memcpy(&bits, &value, sizeof bits);
        bits = shuffle_xor64(bits, mask);
        double other;
        memcpy(&other, &bits, sizeof other);
        value += other;
    }
    if (lane_index() == 0) scratch[warp_index()] = value;
    sync_threads();
    double sum = 0;
    for (int i = 0; i < THREADS / WARP_LANES; i++) sum += scratch[i];
    sync_threads();
    return sum;
}

// A block's part of a request.
__device__ __forceinline__ void scan_chunk(const float* row, int base, int count, int topCount, float* values,
                                           Shared& shared, Partial& partial) {
    float most = minus_infinity();
    bool bad = false;
    for (int i = (int)threadIdx.x; i < count; i += THREADS) {
        float x = row[base + i];
        values[i] = x;
        bad = bad || !(x < infinity());
        most = x > most ? x : most;
    }
    float* scratch = (float*)shared.reduce;
    most = block_max(most, scratch);
    bad = block_max(bad ? 1.0f : 0.0f, scratch) > 0;
    double sum = 0;
    if (most > minus_infinity()) {
        for (int i = (int)threadIdx.x; i < count; i += THREADS) sum += exp_as_cpu(values[i] - most);
    }
    sum = block_sum_double(sum, shared.sums);
    top_keys(LogitKeys{values, base, count}, topCount, partial.top, shared.reduce);
    if (threadIdx.x == 0) {
        partial.most = bad ? __uint_as_float(0x7fc00000u) : most;
        partial.sum = sum;
    }
}

// Largest logit and sum of exponentials of the whole row; false: the row is bad. In every thread.
__device__ __forceinline__ bool gather_sums(const Partial* partials, int blocks, Shared& shared, float& most,
                                            double& sum) {
    if (threadIdx.x == 0) {
        float all = minus_infinity();
        for (int i = 0; i < blocks; i++) {
            float each = partials[i].most;
            all = !(each <= all) && all == all ? each : all;
        }
        double total = 0;
        if (all > minus_infinity()) {
            for (int i = 0; i < blocks; i++) {
                if (partials[i].sum > 0) total += partials[i].sum * exp((double)partials[i].most - all);
            }
        }
        shared.most = all;
        shared.sum = total;
    }
    sync_threads();
    most = shared.most;
    sum = shared.sum;
    return most > minus_infinity();
}

extern "C" __global__ void __launch_bounds__(THREADS)
    logprobs(const float* logits, const LogprobRequest* requests, const i32* drawn, LogprobEntry* entries, u32* tickets,
             Partial* allPartials, int vocabulary) {
    DYNAMIC_SHARED(memory);
    __shared__ Shared shared;
    __shared__ u64 top[MAX_TOP];
    wait_for_previous_kernel();
    int index = (int)blockIdx.y, blocks = (int)gridDim.x;
    LogprobRequest request = requests[index];
    int topCount = request.topCount < MAX_TOP ? request.topCount : MAX_TOP;
    if (topCount > vocabulary) topCount = vocabulary;
    const float* row = logits + (i64)request.row * vocabulary;
    Partial* partials = allPartials + (i64)index * blocks;
    int base = (int)blockIdx.x * CHUNK;
    int count = vocabulary - base < CHUNK ? vocabulary - base : CHUNK;
    scan_chunk(row, base, count, topCount, (float*)memory, shared, partials[blockIdx.x]);
    if (threadIdx.x == 0) shared.isLast = atomic_add_acq_rel(tickets + index, 1) == (u32)blocks - 1;
    sync_threads();
    if (shared.isLast == 0) return;
    float most;
    double sum;
    bool good = gather_sums(partials, blocks, shared, most, sum);
    int tokenId = request.tokenId < 0 ? drawn[request.row] : request.tokenId;
    good = good && tokenId >= 0;
    top_keys(PartialKeys{partials, blocks, topCount}, good ? topCount : 0, top, shared.reduce);
    sync_threads();
    LogprobEntry& entry = entries[index];
    int thread = (int)threadIdx.x;
    double logSum = most + log(sum);
    if (good && thread < topCount) {
        entry.topTokenIds[thread] = key_token(top[thread]);
        entry.topLogprobs[thread] = (float)(key_logit(top[thread]) - logSum);
    }
    if (thread == 0) {
        tickets[index] = 0;
        entry.tokenId = tokenId;
        entry.logprob = good ? (float)(row[tokenId] - logSum) : __uint_as_float(0x7fc00000u);
        entry.topCount = good ? topCount : -1;
    }
}
