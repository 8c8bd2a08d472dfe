// Draws one token a row of logits, in the order that dev.javelin.generation.SamplingParams defines, without sorting a
// vocabulary.
//
//   logits      f32 [rows, vocabulary], dense, never written
//   rowSlots    i32 [rows], -1 = padding: nothing is written for the row; no slot twice
//   rowLengths  i32 [rows], the position of the drawn token
//   maskWords   u32 [masks, 2 * ceil(vocabulary / 64)], bit = allowed; null with maskOfRow where no row has a mask
//   maskOfRow   i32 [rows], -1 = none
//   slots, counts, biases, heldIds: as sampling_slots.cu leaves them
//   lastTokens  i32 [slots], receives a good row's token; counts of slots with penalties take it in
//   outTokens   i32 [rows], -1 where the status is not 0
//   outStatus   i32 [rows], 0 = drawn, 1 = NaN, +infinity, or no finite logit among those that may be drawn
//   barriers u32 [groups, 32], rowTickets u32 [rows], groupBins u64 [groups, GROUP_BINS]: 0 before the first launch
//   rowPartials Partial [rows, MAX_GROUP], groupPartials Partial [groups, MAX_GROUP]: scratch
//
// Geometry: THREADS threads; groupBlocks (up to MAX_GROUP) blocks form a group, which takes row after row (row = group,
// group + groups, ...). Each of its blocks holds `chunk` of the row's logits in shared memory, so that device memory is
// read once: groupBlocks * chunk >= vocabulary, chunk a multiple of 4 and at most 16,384, dynamic shared memory
// VALUES_OFFSET + 4 * chunk. Blocks of a group wait for each other (group_sync): the launcher starts no more blocks
// than fit on the device at once. In a greedy row nobody waits: whoever comes last writes its token.
//
//   1. logits to shared memory; bias, penalties, mask, held-back ids; the group's largest logit  [greedy rows end here]
//   2. weights exp((logit - largest) / temperature), 0 below minP; their sum, and a histogram of the large ones
//   3. the cut that topK leaves, then the one that topP leaves: a radix descent over the bits of weights, 11 + 9 + 9
//      bits, where each level's bins hold how many weights they have and what these sum to
//   4. what each block keeps; which block the random number falls into; that block finds the token by ascending id
//
// Numbers: weights equal the CPU runner's to the bit, then are rounded down to multiples of 2^-43 and summed exactly in
// u64: the result depends neither on the number of blocks nor on their order, so not on the batch. A weight is 0 below
// 2^-43. Equal weights of different logits count as ties, which the CPU orders by logit. Penalties are f64, as there.
// Source: own; the descent is radix selection (Alabi et al. 2012) with sums beside counts.
#include "sampling.cuh"

#ifndef SAMPLE_THREADS
#define SAMPLE_THREADS 512
#endif
constexpr int THREADS = SAMPLE_THREADS;  // Sampling.THREADS
constexpr int MAX_GROUP = 64;            // blocks of a group: Sampling.MAX_GROUP_BLOCKS

constexpr int LEVEL_ONE_SHIFT = 18;
constexpr int LEVEL_TWO_SHIFT = 9;
constexpr u32 LARGE_WEIGHT =
    0x3a800000u;  // 2^-10: smaller ones enter the histogram only where the large do not suffice
constexpr int LARGE_BINS = (int)((WEIGHT_ONE >> LEVEL_ONE_SHIFT) - (LARGE_WEIGHT >> LEVEL_ONE_SHIFT)) + 1;
constexpr int ALL_BINS = WEIGHT_BITS * 32 + 1;
constexpr int FINE_BINS = 512;
constexpr int GROUP_BINS = ALL_BINS + 4 * FINE_BINS;  // Sampling.GROUP_BINS_BYTES
constexpr int BIN_COUNT_SHIFT = 40;  // a bin: how many weights << 40 | the sum of their bits below the bin's

constexpr u64 KEY_BAD = 0xffffffffffffffffull;

// What a block tells its group of a row.
struct Partial {
    u64 first;
    u64 second;
};

struct Shared {
    u64* bins;          // the group's [GROUP_BINS], all 0 between rows
    Partial* partials;  // the group's [MAX_GROUP]
    u32* barrier;       // the group's
    int rank;           // the block's place in its group of
    int blocks;
    int base;  // id of the first value
    int unused;
    u64 reduce[WARP_LANES];
    SlotParams params;
    int slot;
    int position;  // of the drawn token
    float held[MAX_HELD];
    u64 best;      // of the row, among tokens that are not held back
    u64 heldBest;  // among those that are
    u64 foundCount;
    u64 foundMass;
    int foundBin;
    int isLast;
    int chosenBlock;
    u64 chosenTarget;
    u64 chosenTies;
    u32 binCount[ALL_BINS];
    u32 binSum[ALL_BINS];  // up to 16,384 remainders of 18 bits
};
constexpr int VALUES_OFFSET = 12496;  // Sampling.FIXED_SHARED_BYTES
static_assert(sizeof(Shared) <= VALUES_OFFSET && sizeof(Shared) > VALUES_OFFSET - 16, "as Sampling asks for it");

// Where a block stands: its group, its part of the row.
struct Block {
    Shared* shared;
    float* values;  // shared memory: logits, then weights; padded to a multiple of 4
    int count;      // values, 0 or more
};

// Everything kept of a row: weights above `bits`, and of those equal to it the `ties` with the smallest ids.
struct Cut {
    u32 bits;
    u64 ties;
    u64 mass;
};

struct Best {
    float logit;
    int tokenId;
    bool bad;
};

__device__ __forceinline__ u64 atomic_add64(u64* p, u64 value) {
    return atomicAdd(p, value);
}

// Waits for all blocks of the group; what they wrote before is seen after. The upper bit flips once all have come, the
// lower ones return to 0, so the word needs no reset.
__device__ __forceinline__ void group_sync(const Block& block) {
    sync_threads();
    const Shared& shared = *block.shared;
    if (threadIdx.x == 0 && shared.blocks > 1) {
        u32 arrival = shared.rank == 0 ? 0x80000000u - (u32)(shared.blocks - 1) : 1u;
        u32 before = atomic_add_acq_rel(shared.barrier, arrival);
        while (((load_acquire(shared.barrier) ^ before) & 0x80000000u) == 0) {
        }
    }
    sync_threads();
}

__device__ __forceinline__ void take(Best& best, float logit, int tokenId) {
    best.bad = best.bad || !(logit < infinity());
    if (logit > best.logit) {
        best.logit = logit;
        best.tokenId = tokenId;
    }
}

// Brings the block's part of a row into shared memory.
__device__ __forceinline__ Best load_values(const Block& block, const float* logits, bool vectors) {
    Best best{minus_infinity(), 0, false};
    int base = block.shared->base;
    const float* from = logits + base;
    int thread = (int)threadIdx.x;
    if (vectors) {
        for (int i = thread * 4; i < block.count; i += THREADS * 4) {
            cp_async16(shared_address(block.values + i), from + i);
        }
        cp_async_commit();
        cp_async_wait<0>();
        for (int i = thread * 4; i < block.count; i += THREADS * 4) {
            vec16 v = load16(block.values + i);  // the thread's own copy
#pragma unroll
            for (int j = 0; j < 4; j++) take(best, __uint_as_float(v.word[j]), base + i + j);
        }
    } else {
        for (int i = thread; i < (block.count + 3) / 4 * 4; i += THREADS) {
            float x = i < block.count ? from[i] : minus_infinity();
            block.values[i] = x;
            take(best, x, base + i);
        }
    }
    return best;
}

__device__ __forceinline__ float penalized(float x, u32 count, const SlotParams& params) {
    if (count == 0) return x;
    double logit = x;
    logit = logit > 0 ? logit / params.repetition : logit * params.repetition;
    u32 answers = count & COUNT_ANSWER;
    if (answers > 0) logit -= params.frequency * answers + params.presence;
    return (float)logit;
}

// Applies bias, penalties and mask to the values; returns the best of what is left. Starts and ends with values in
// flight: call sync_threads before and after.
__device__ __forceinline__ Best change_values(const Block& block, const BiasEntry* biases, const u16* counts,
                                              const u32* mask) {
    const SlotParams& params = block.shared->params;
    int thread = (int)threadIdx.x;
    int base = block.shared->base;
#pragma unroll 1
    for (int i = thread; i < params.biasCount; i += THREADS) {
        BiasEntry entry = biases[i];
        int at = entry.tokenId - base;
        if (at >= 0 && at < block.count) block.values[at] += entry.value;
    }
    sync_threads();
    Best best{minus_infinity(), 0, false};
    bool counted = (params.flags & SLOT_COUNTED) != 0;
#pragma unroll 1
    for (int i = thread; i < block.count; i += THREADS) {
        int tokenId = base + i;
        float x = block.values[i];
        if (counted) x = penalized(x, counts[tokenId], params);
        if (mask != nullptr && (mask[tokenId / 32] >> tokenId % 32 & 1u) == 0) x = minus_infinity();
        block.values[i] = x;
        take(best, x, tokenId);
    }
    return best;
}

// Takes the held-back ids out of the values, keeps what they were, and returns their best key; `best` becomes that of
// the others.
__device__ __forceinline__ u64 hold_back(const Block& block, const i32* heldIds, Best& best) {
    int thread = (int)threadIdx.x;
    int base = block.shared->base;
    u64 heldBest = 0;
    for (int i = thread; i < block.shared->params.heldCount; i += THREADS) {
        int at = heldIds[i] - base;
        if (at >= 0 && at < block.count) {
            float x = block.values[at];
            block.shared->held[i] = x;
            heldBest = max64(heldBest, token_key(x, heldIds[i]));
            block.values[at] = minus_infinity();
        }
    }
    sync_threads();
    bool bad = best.bad;
    best = Best{minus_infinity(), 0, bad};
    for (int i = thread; i < block.count; i += THREADS) take(best, block.values[i], base + i);
    return heldBest;
}

// Puts them back.
__device__ __forceinline__ void let_through(const Block& block, const i32* heldIds) {
    int base = block.shared->base;
    sync_threads();
    for (int i = (int)threadIdx.x; i < block.shared->params.heldCount; i += THREADS) {
        int at = heldIds[i] - base;
        if (at >= 0 && at < block.count) block.values[at] = block.shared->held[i];
    }
    sync_threads();
}

// The group's best keys, into shared memory. By warp 0, once all partials are written.
__device__ __forceinline__ void gather_best(const Block& block, const Partial* partials) {
    if (warp_index() == 0) {
        u64 best = 0, heldBest = 0;
        for (int i = lane_index(); i < block.shared->blocks; i += WARP_LANES) {
            best = max64(best, partials[i].first);
            heldBest = max64(heldBest, partials[i].second);
        }
        best = warp_max64(best);
        heldBest = warp_max64(heldBest);
        if (lane_index() == 0) {
            block.shared->best = best;
            block.shared->heldBest = heldBest;
        }
    }
}

// The key to go by: held-back tokens count where nothing else is left. 0 or KEY_BAD: the row is bad.
__device__ __forceinline__ u64 settled(u64 best, u64 heldBest) {
    if (best == KEY_BAD || key_is_finite(best)) return best;
    return key_is_finite(heldBest) ? heldBest : 0;
}

// ---- histograms ----

// Empties the block's bins [first, end).
__device__ __forceinline__ void clear_bins(const Block& block, int first, int end) {
    for (int i = first + (int)threadIdx.x; i < end; i += THREADS) {
        block.shared->binCount[i] = 0;
        block.shared->binSum[i] = 0;
    }
}

__device__ __forceinline__ void count_weight(const Block& block, u32 bits, int shift, u32 firstPrefix, bool wantSums) {
    u32 bin = firstPrefix - (bits >> shift);
    atomic_add(&block.shared->binCount[bin], 1u);
    if (wantSums) atomic_add(&block.shared->binSum[bin], bits & ((1u << shift) - 1u));
}

// Counts the weights whose bits are in [low, high).
__device__ __forceinline__ void count_weights(const Block& block, u32 low, u32 high, int shift, u32 firstPrefix,
                                              bool wantSums) {
#pragma unroll 1
    for (int i = (int)threadIdx.x * 4; i < block.count; i += THREADS * 4) {
        vec16 v = load16(block.values + i);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            if (v.word[j] >= low && v.word[j] < high) count_weight(block, v.word[j], shift, firstPrefix, wantSums);
        }
    }
}

// Adds the block's bins [first, end) to the group's.
__device__ __forceinline__ void publish_bins(const Block& block, u64* groupBins, int first, int end) {
#pragma unroll 1
    for (int i = first + (int)threadIdx.x; i < end; i += THREADS) {
        u64 bin = (u64)block.shared->binCount[i] << BIN_COUNT_SHIFT | block.shared->binSum[i];
        if (bin != 0) atomic_add64(groupBins + i, bin);
    }
}

// What a bin's weights sum to.
__device__ __forceinline__ u64 bin_mass(u64 bin, u32 prefix, int shift) {
    u64 count = bin >> BIN_COUNT_SHIFT;
    if (count == 0) return 0;
    u32 bits = prefix << shift;
    return weight_worth(count * weight_significand(bits) + (bin & ((1ull << BIN_COUNT_SHIFT) - 1)), bits);
}

// The bin in which what is before it (`count`, `mass`: in, out) first reaches the target, or -1.
__device__ __forceinline__ int find_bin(const Block& block, const u64* bins, int binCount, u32 firstPrefix, int shift,
                                        bool byMass, u64 target, u64& count, u64& mass) {
    Shared& shared = *block.shared;
    int perThread = (binCount + THREADS - 1) / THREADS;
    int first = (int)threadIdx.x * perThread;
    int end = first + perThread < binCount ? first + perThread : binCount;
    u64 ownCount = 0, ownMass = 0;
#pragma unroll 1
    for (int i = first; i < end; i++) {
        ownCount += bins[i] >> BIN_COUNT_SHIFT;
        ownMass += bin_mass(bins[i], firstPrefix - (u32)i, shift);
    }
    if (threadIdx.x == 0) shared.foundBin = -1;
    u64 countBefore = count + block_scan64(ownCount, shared.reduce);
    u64 massBefore = mass + block_scan64(ownMass, shared.reduce);
    u64 before = byMass ? massBefore : countBefore;
    if (before < target && before + (byMass ? ownMass : ownCount) >= target) {
        int i = first;
#pragma unroll 1
        for (;; i++) {
            u64 binMass = bin_mass(bins[i], firstPrefix - (u32)i, shift);
            u64 binSize = bins[i] >> BIN_COUNT_SHIFT;
            if ((byMass ? massBefore + binMass : countBefore + binSize) >= target) break;
            countBefore += binSize;
            massBefore += binMass;
        }
        shared.foundBin = i;
        shared.foundCount = countBefore;
        shared.foundMass = massBefore;
    }
    sync_threads();
    int bin = shared.foundBin;
    if (bin >= 0) {
        count = shared.foundCount;
        mass = shared.foundMass;
    }
    sync_threads();
    return bin;
}

// One finer level: weights whose upper bits are `prefix` (at shift + 9). Returns the prefix at `shift`.
__device__ __forceinline__ u32 descend_level(const Block& block, u64* bins, u32 prefix, int shift, bool byMass,
                                             bool wantSums, u64 target, u64& count, u64& mass) {
    u32 firstPrefix = prefix << 9 | (FINE_BINS - 1);
    clear_bins(block, 0, FINE_BINS);
    sync_threads();
    count_weights(block, prefix << (shift + 9), (prefix + 1) << (shift + 9), shift, firstPrefix, wantSums && shift > 0);
    sync_threads();
    publish_bins(block, bins, 0, FINE_BINS);
    group_sync(block);
    return firstPrefix - (u32)find_bin(block, bins, FINE_BINS, firstPrefix, shift, byMass, target, count, mass);
}

// The cut that keeps the shortest run of weights, largest first, that reaches the target in number or mass. The target
// can be reached. levelOneBins says how many of the first level's bins are filled and is raised where they do not
// suffice.
__device__ __forceinline__ Cut descend(const Block& block, u64* fineBins, bool byMass, bool wantSums, u64 target,
                                       int& levelOneBins) {
    constexpr u32 firstPrefix = WEIGHT_ONE >> LEVEL_ONE_SHIFT;
    u64 count = 0, mass = 0;
    int bin =
        find_bin(block, block.shared->bins, levelOneBins, firstPrefix, LEVEL_ONE_SHIFT, byMass, target, count, mass);
    if (bin < 0) {
        clear_bins(block, levelOneBins, ALL_BINS);
        sync_threads();
        count_weights(block, 1, LARGE_WEIGHT, LEVEL_ONE_SHIFT, firstPrefix, wantSums);
        sync_threads();
        publish_bins(block, block.shared->bins, levelOneBins, ALL_BINS);
        group_sync(block);
        levelOneBins = ALL_BINS;
        bin = find_bin(block, block.shared->bins, levelOneBins, firstPrefix, LEVEL_ONE_SHIFT, byMass, target, count,
                       mass);
    }
    u32 bits = firstPrefix - (u32)bin;
#pragma unroll 1
    for (int shift = LEVEL_TWO_SHIFT; shift >= 0; shift -= LEVEL_TWO_SHIFT) {
        bits = descend_level(block, fineBins, bits, shift, byMass, wantSums, target, count, mass);
        fineBins += FINE_BINS;
    }
    u64 unit = byMass ? weight_units(bits) : 1;
    u64 ties = (target - (byMass ? mass : count) + unit - 1) / unit;
    return Cut{bits, ties, mass + ties * weight_units(bits)};
}

// ---- the draw ----

// Which block the random number falls into, given what each keeps above the cut (first) and how many ties it has
// (second). By warp 0.
__device__ __forceinline__ void choose_block(const Block& block, Cut cut, u64 random) {
    if (warp_index() != 0) return;
    u64 unit = weight_units(cut.bits);
    u64 massOf[2], tiesOf[2];
#pragma unroll
    for (int j = 0; j < 2; j++) {
        int rank = lane_index() * 2 + j;
        massOf[j] = rank < block.shared->blocks ? block.shared->partials[rank].first : 0;
        tiesOf[j] = rank < block.shared->blocks && cut.ties > 0 ? block.shared->partials[rank].second : 0;
    }
    u64 ties = tiesOf[0] + tiesOf[1];
    u64 tiesBefore = warp_scan64(ties) - ties;
    u64 kept[2];
#pragma unroll
    for (int j = 0; j < 2; j++) {
        u64 left = cut.ties > tiesBefore ? cut.ties - tiesBefore : 0;
        kept[j] = tiesOf[j] < left ? tiesOf[j] : left;
        massOf[j] += kept[j] * unit;
        tiesBefore += tiesOf[j];
    }
    u64 mass = massOf[0] + massOf[1];
    u64 upToHere = warp_scan64(mass);
    u64 total =
        (u64)shuffle_from((u32)(upToHere >> 32), WARP_LANES - 1) << 32 | shuffle_from((u32)upToHere, WARP_LANES - 1);
    u64 target = multiply_high(random & ~0x7ffull, total);  // floor(uniform * total)
    u64 before = upToHere - mass;
#pragma unroll
    for (int j = 0; j < 2; j++) {
        if (target >= before && target < before + massOf[j]) {
            block.shared->chosenBlock = lane_index() * 2 + j;
            block.shared->chosenTarget = target - before;
            block.shared->chosenTies = kept[j];
        }
        before += massOf[j];
    }
}

// The first value at which the running sum of what is kept exceeds the target, as index; in one thread, -1 in the
// others.
__device__ __forceinline__ int walk(const Block& block, Cut cut, u64 target, u64 keptTies) {
    Shared& shared = *block.shared;
    u64 unit = weight_units(cut.bits);
    int length = (block.count + THREADS - 1) / THREADS | 1;  // odd: no two lanes of a warp in one bank
    int first = (int)threadIdx.x * length;
    int end = first + length < block.count ? first + length : block.count;
    u64 mass = 0, ties = 0;
#pragma unroll 1
    for (int i = first; i < end; i++) {
        u32 bits = __float_as_uint(block.values[i]);
        if (bits > cut.bits) mass += weight_units(bits);
        if (bits == cut.bits && keptTies > 0) ties++;
    }
    u64 tiesBefore = block_scan64(ties, shared.reduce);
    u64 left = keptTies > tiesBefore ? keptTies - tiesBefore : 0;
    if (ties < left) left = ties;
    mass += left * unit;
    u64 running = block_scan64(mass, shared.reduce);
    if (target < running || target >= running + mass) return -1;
#pragma unroll 1
    for (int i = first;; i++) {
        u32 bits = __float_as_uint(block.values[i]);
        if (bits > cut.bits) {
            running += weight_units(bits);
        } else if (bits == cut.bits && left > 0) {
            left--;
            running += unit;
        }
        if (running > target) return i;
    }
}

// Turns the values into weights, counts the large ones, and leaves mass and number of all as the block's partial.
__device__ __forceinline__ void weigh(const Block& block, float most, bool filtered, bool wantSums) {
    Shared& shared = *block.shared;
    constexpr u32 firstPrefix = WEIGHT_ONE >> LEVEL_ONE_SHIFT;
    float scale = shared.params.inverseTemperature;
    float minP = shared.params.minP;
    if (filtered) clear_bins(block, 0, LARGE_BINS);
    sync_threads();
    u64 mass = 0;
    u32 number = 0;
#pragma unroll 1
    for (int i = (int)threadIdx.x * 4; i < block.count; i += THREADS * 4) {
        vec16 v = load16(block.values + i);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            float weight = exp_as_cpu((__uint_as_float(v.word[j]) - most) * scale);
            u32 bits = weight < minP ? 0 : weight_round(__float_as_uint(weight));
            v.word[j] = bits;
            mass += weight_units(bits);
            number += bits != 0 ? 1 : 0;
            if (filtered && bits >= LARGE_WEIGHT) count_weight(block, bits, LEVEL_ONE_SHIFT, firstPrefix, wantSums);
        }
        store16(block.values + i, v);
    }
    mass = block_sum64(mass, shared.reduce);
    u64 numbers = block_sum64(number, shared.reduce);
    if (threadIdx.x == 0) block.shared->partials[block.shared->rank] = Partial{mass, numbers};
    if (filtered) publish_bins(block, block.shared->bins, 0, LARGE_BINS);
}

// The sums of the group's partials, into `mass` and `number` of every thread.
__device__ __forceinline__ void sum_partials(const Block& block, u64& mass, u64& number) {
    Shared& shared = *block.shared;
    int rank = (int)threadIdx.x;
    mass = block_sum64(rank < block.shared->blocks ? block.shared->partials[rank].first : 0, shared.reduce);
    number = block_sum64(rank < block.shared->blocks ? block.shared->partials[rank].second : 0, shared.reduce);
}

// What the block keeps above the cut, and its ties, as its partial.
__device__ __forceinline__ void weigh_kept(const Block& block, Cut cut) {
    u64 mass = 0, ties = 0;
#pragma unroll 1
    for (int i = (int)threadIdx.x * 4; i < block.count; i += THREADS * 4) {
        vec16 v = load16(block.values + i);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            if (v.word[j] > cut.bits) mass += weight_units(v.word[j]);
            ties += v.word[j] == cut.bits ? 1 : 0;
        }
    }
    mass = block_sum64(mass, block.shared->reduce);
    ties = block_sum64(ties, block.shared->reduce);
    if (threadIdx.x == 0) block.shared->partials[block.shared->rank] = Partial{mass, ties};
}

// Draws from the values by weight; the index of the token among the block's values in one thread of one block, -1
// everywhere else.
__device__ __forceinline__ int draw(const Block& block, float most) {
    Shared& shared = *block.shared;
    const SlotParams& params = shared.params;
    bool byMass = params.topP < 1.0;
    bool filtered = byMass || params.topK > 0;
    weigh(block, most, filtered, byMass);
    group_sync(block);
    u64 mass, number;
    sum_partials(block, mass, number);
    bool byNumber = params.topK > 0 && (u64)params.topK < number;
    Cut cut{0, 0, mass};
    int levelOneBins = LARGE_BINS;
#pragma unroll 1
    for (int pass = byNumber ? 0 : 1; pass < (byMass ? 2 : 1); pass++) {
        u64 target = (u64)params.topK;
        if (pass == 1) {
            target = (u64)ceil(params.topP * (double)cut.mass);
            target = target < 1 ? 1 : target > cut.mass ? cut.mass : target;
        }
        cut = descend(block, block.shared->bins + ALL_BINS + pass * 2 * FINE_BINS, pass == 1, byMass, target,
                      levelOneBins);
    }
    if (byNumber || byMass) {
        weigh_kept(block, cut);
        group_sync(block);
    }
    choose_block(block, cut, random_bits(params.seed, params.choiceIndex, shared.position));
    sync_threads();
    int index =
        shared.chosenBlock == block.shared->rank ? walk(block, cut, shared.chosenTarget, shared.chosenTies) : -1;
    if (filtered) {
        for (int i = block.shared->rank * THREADS + (int)threadIdx.x; i < GROUP_BINS;
             i += block.shared->blocks * THREADS)
            block.shared->bins[i] = 0;
    }
    return index;
}

// ---- the kernel ----

struct Outputs {
    i32* tokens;
    i32* statuses;
    i32* lastTokens;
    u16* counts;
    i64 countStride;
};

__device__ __forceinline__ void commit(const Outputs& out, int row, int slot, int tokenId, bool counted) {
    out.tokens[row] = tokenId;
    out.statuses[row] = 0;
    out.lastTokens[slot] = tokenId;
    if (counted) {
        u16* count = out.counts + slot * out.countStride + tokenId;
        if ((*count & COUNT_ANSWER) != COUNT_ANSWER) (*count)++;
    }
}

__device__ __forceinline__ void commit_bad(const Outputs& out, int row) {
    out.tokens[row] = -1;
    out.statuses[row] = 1;
}

extern "C" __global__ void __launch_bounds__(THREADS, 2)
    sample(const float* logits, const i32* rowSlots, const i32* rowLengths, const u32* maskWords, const i32* maskOfRow,
           const SlotParams* slots, u16* counts, const BiasEntry* biases, const i32* heldIds, i32* lastTokens,
           i32* outTokens, i32* outStatus, u32* barriers, u32* rowTickets, Partial* rowPartials, Partial* groupPartials,
           u64* groupBins, int rows, int vocabulary, int groupBlocks, int chunk) {
    DYNAMIC_SHARED(memory);
    let_next_kernel_start();
    wait_for_previous_kernel();
    Shared& shared = *(Shared*)memory;
    int group = (int)blockIdx.x / groupBlocks;
    int groups = (int)gridDim.x / groupBlocks;
    int base = (int)blockIdx.x % groupBlocks * chunk;
    int left = vocabulary - base;
    Block block{&shared, (float*)(memory + VALUES_OFFSET), left < 0 ? 0 : left < chunk ? left : chunk};
    if (threadIdx.x == 0) {
        shared.bins = groupBins + (i64)group * GROUP_BINS;
        shared.partials = groupPartials + group * MAX_GROUP;
        shared.barrier = barriers + group * WARP_LANES;
        shared.rank = (int)blockIdx.x % groupBlocks;
        shared.blocks = groupBlocks;
        shared.base = base;
    }
    Outputs out{outTokens, outStatus, lastTokens, counts, count_stride(vocabulary)};
    for (int row = group; row < rows; row += groups) {
        int slot = rowSlots[row];
        if (slot < 0) continue;
        sync_threads();
        constexpr int PARAM_WORDS = sizeof(SlotParams) / sizeof(u32);
        int thread = (int)threadIdx.x;
        if (thread < PARAM_WORDS) ((u32*)&shared.params)[thread] = ((const u32*)(slots + slot))[thread];
        if (thread == 0) {
            shared.slot = slot;
            shared.position = rowLengths[row];
        }
        int maskIndex = maskOfRow == nullptr ? -1 : maskOfRow[row];
        Best best = load_values(block, logits + (i64)row * vocabulary, vocabulary % 4 == 0);
        sync_threads();
        const SlotParams& params = shared.params;
        bool counted = (params.flags & SLOT_COUNTED) != 0;
        bool held = params.heldCount > 0 && shared.position - params.promptTokens < params.minTokens;
        const i32* slotHeldIds = heldIds + slot * MAX_HELD;
        u64 heldBest = 0;
        if (params.biasCount > 0 || counted || maskIndex >= 0 || held) {
            const u32* mask = maskIndex < 0 ? nullptr : maskWords + (i64)maskIndex * ((vocabulary + 63) / 64 * 2);
            bool bad = best.bad;
            best = change_values(block, biases + slot * MAX_BIAS, counts + slot * count_stride(vocabulary), mask);
            best.bad = best.bad || bad;
            sync_threads();
            if (held) heldBest = block_max64(hold_back(block, slotHeldIds, best), shared.reduce);
        }
        u64 key = best.logit > minus_infinity() ? token_key(best.logit, best.tokenId) : 0;
        key = block_max64(best.bad ? KEY_BAD : key, shared.reduce);
        Partial* partials = rowPartials + row * MAX_GROUP;
        if (thread == 0) partials[shared.rank] = Partial{key, heldBest};
        if ((params.flags & SLOT_GREEDY) != 0) {
            if (thread == 0) shared.isLast = atomic_add_acq_rel(rowTickets + row, 1) == (u32)groupBlocks - 1;
            sync_threads();
            if (shared.isLast != 0) {
                gather_best(block, partials);
                if (thread == 0) {
                    rowTickets[row] = 0;
                    u64 settledKey = settled(shared.best, shared.heldBest);
                    if (settledKey == 0 || settledKey == KEY_BAD) {
                        commit_bad(out, row);
                    } else {
                        commit(out, row, shared.slot, key_token(settledKey), counted);
                    }
                }
            }
            continue;
        }
        group_sync(block);
        gather_best(block, partials);
        sync_threads();
        u64 settledKey = settled(shared.best, shared.heldBest);
        if (settledKey == 0 || settledKey == KEY_BAD) {
            if (shared.rank == 0 && thread == 0) commit_bad(out, row);
            continue;
        }
        if (held && settledKey != shared.best) let_through(block, slotHeldIds);
        int index = draw(block, key_logit(settledKey));
        if (index >= 0) commit(out, row, shared.slot, shared.base + index, counted);
    }
}
