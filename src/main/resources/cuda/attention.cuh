// What the attention kernels share: one model's numbers and where they lie in memory. Letters as on the page of dev.javelin.cuda.kernel.
//
// Constants: HEAD_COUNT (H), KV_HEAD_COUNT (KVH), HEAD_DIM (D: a multiple of 16), BLOCK_TOKENS (BT: 16), ELEMENT_F16.
//
//   qkv     E [T, (H + 2 KVH) * D]         query heads, key heads, value heads of a token
//   keys    E [blocks, KVH, BT, D]         values the same: the 16 tokens of one head in one block are one piece of 16 * D
//   tables  i32 [S, tableStride]           position p of slot s lies in block tables[s][p / BT], place p % BT
//   out     E [T, H * D]
//
// The G = H / KVH query heads of a key head are worked on together, so that its keys and values are read once: they form a pack of
// PACK_HEADS heads. More than 16 of them are split into several packs, the last of which may be smaller.
//
// Programmatic launches: a kernel here reads spans, positions, block tables and what earlier steps left in the cache before the previous
// kernel has ended. So what writes those (step_prepare, copies of blocks) must not let its next kernel start early, as then every kernel
// after it starts when it has ended. What the step's own kernels write is read after wait_for_previous_kernel, which every block reaches,
// idle ones too: only so does the end of one grid mean the end of all before it.
//
// Each kernel includes this once; it has no guard, for a check on the CPU includes kernels several times with other constants.
#include "warp.cuh"

static_assert(HEAD_COUNT % KV_HEAD_COUNT == 0, "every key head serves the same number of query heads");
static_assert(HEAD_DIM % 16 == 0, "a head is a whole number of matrix steps");
static_assert(BLOCK_TOKENS == 16, "a block is one matrix step of tokens");

constexpr int GROUP_HEADS = HEAD_COUNT / KV_HEAD_COUNT;
constexpr int PACKS_PER_GROUP = (GROUP_HEADS + 15) / 16;
constexpr int PACK_HEADS = (GROUP_HEADS + PACKS_PER_GROUP - 1) / PACKS_PER_GROUP;
constexpr int PACKS = KV_HEAD_COUNT * PACKS_PER_GROUP;

constexpr int TOKEN_HEADS = HEAD_COUNT + 2 * KV_HEAD_COUNT;
constexpr int HEAD_VECS = HEAD_DIM / VEC_ELEMS;          // 16-byte pieces of a head
constexpr int HEAD_STEPS = HEAD_DIM / 16;                // matrix steps of a head
constexpr int BLOCK_HEAD_ELEMS = BLOCK_TOKENS * HEAD_DIM;

// A head's row in shared memory is 16 bytes longer than its data. Their number of 16-byte pieces is then odd, so that the eight rows
// of a matrix, and eight neighbouring pieces of a row, lie in different banks.
constexpr int ROW_BYTES = HEAD_DIM * (int)sizeof(elem) + 16;

// The query heads [first, first + count) that share one key head.
struct Pack {
    int kvHead;
    int firstHead;
    int headCount;
};

__device__ __forceinline__ Pack pack_of(int index) {
    const int kvHead = index / PACKS_PER_GROUP;
    const int skipped = index % PACKS_PER_GROUP * PACK_HEADS;
    return {kvHead, kvHead * GROUP_HEADS + skipped, min(PACK_HEADS, GROUP_HEADS - skipped)};
}

// Where the 16 tokens of a key head begin in keys or values.
__device__ __forceinline__ i64 block_offset(i32 block, int kvHead) {
    return ((i64)block * KV_HEAD_COUNT + kvHead) * BLOCK_HEAD_ELEMS;
}

// Softmax goes on with an old maximum until a score exceeds it by this much (in base 2): weights then stay below 256, which costs no
// precision, and the sums need hardly ever be rescaled.
constexpr float STALE_MAXIMUM = 8.0f;

// The maximum to subtract: a row that has seen nothing yet has none.
__device__ __forceinline__ float exponent_base(float maximum) {
    return maximum == -infinity() ? 0.0f : maximum;
}
