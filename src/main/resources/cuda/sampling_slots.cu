// Changes what sampling.cu knows of slots: parameters, biases, held-back ids and token counts, as a step's slot
// operations say.
//
//   slots    SlotParams [slots]            biases   BiasEntry [slots, MAX_BIAS]       heldIds  i32 [slots, MAX_HELD]
//   counts   u16 [slots, countStride(vocabulary)]: COUNT_PROMPT | how often in the answer; rows start 16-byte aligned
//   changes  SlotChange [n], in page-locked host memory, as all that they point to; no slot is changed twice, and none is
//            both changed and copied
//
// change_slots: grid (any, n), THREADS threads; block x = 0 writes the small things, all blocks of a change empty or
// copy its counts.
// count_tokens: grid (any, n), THREADS threads, after change_slots, where some change has token ids. Ids out of range
// are skipped.
#include "sampling.cuh"

constexpr int THREADS = 256;  // SamplingState.THREADS

// What happens to one slot. 128 bytes.
struct SlotChange {
    SlotParams params;
    const BiasEntry* biases;  // [params.biasCount]
    const i32* heldIds;       // [params.heldCount]
    const i32* tokenIds;      // [promptTokens + answerTokens]
    i32 slot;
    i32 fromSlot;      // whose counts it gets; -1: counts start from 0
    i32 writesParams;  // whether parameters, biases and held-back ids change
    i32 writesCounts;  // whether counts change
    i32 promptTokens;
    i32 answerTokens;
};
static_assert(sizeof(SlotChange) == 128, "as SlotChangeWriter packs it");

// Reads a change once for the block: one line over the bus.
__device__ __forceinline__ void load_change(const SlotChange* from, SlotChange& change) {
    constexpr int WORDS = sizeof(SlotChange) / sizeof(u32);
    if (threadIdx.x < WORDS) ((u32*)&change)[threadIdx.x] = ((const u32*)from)[threadIdx.x];
    sync_threads();
}

extern "C" __global__ void __launch_bounds__(THREADS)
    change_slots(const SlotChange* changes, SlotParams* slots, u16* counts, BiasEntry* biases, i32* heldIds,
                 int vocabulary) {
    __shared__ SlotChange change;
    load_change(changes + blockIdx.y, change);
    int thread = (int)threadIdx.x;
    if (blockIdx.x == 0 && change.writesParams != 0) {
        if (thread == 0) slots[change.slot] = change.params;
        for (int i = thread; i < change.params.biasCount; i += THREADS)
            biases[change.slot * MAX_BIAS + i] = change.biases[i];
        for (int i = thread; i < change.params.heldCount; i += THREADS)
            heldIds[change.slot * MAX_HELD + i] = change.heldIds[i];
    }
    if (change.writesCounts != 0) {
        i64 stride = count_stride(vocabulary);
        u16* to = counts + change.slot * stride;
        const u16* from = counts + (change.fromSlot < 0 ? 0 : change.fromSlot) * stride;
        constexpr int STEP = sizeof(vec16) / sizeof(u16);
        for (i64 i = ((i64)blockIdx.x * THREADS + thread) * STEP; i < stride; i += (i64)gridDim.x * THREADS * STEP) {
            store16(to + i, change.fromSlot < 0 ? zero16() : load16(from + i));
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    count_tokens(const SlotChange* changes, u16* counts, int vocabulary) {
    __shared__ SlotChange change;
    load_change(changes + blockIdx.y, change);
    u32* words = (u32*)(counts + change.slot * count_stride(vocabulary));
    int end = change.promptTokens + change.answerTokens;
    for (int i = (int)(blockIdx.x * THREADS + threadIdx.x); i < end; i += (int)gridDim.x * THREADS) {
        int tokenId = change.tokenIds[i];
        if (tokenId < 0 || tokenId >= vocabulary) continue;
        u32* word = words + tokenId / 2;
        int shift = tokenId % 2 * 16;
        if (i >= change.promptTokens) {
            atomic_add(word, 1u << shift);
            continue;
        }
        u32 bit = COUNT_PROMPT << shift;
        u32 seen = *word;
        while ((seen & bit) == 0) {
            u32 before = atomic_cas(word, seen, seen | bit);
            if (before == seen) break;
            seen = before;
        }
    }
}
