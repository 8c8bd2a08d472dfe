// Unpacks one step's input, as the host packed it, into the arrays that the other kernels read.
//
//   writes:  slotLengths[slot] = length, lastTokens[slot] = lastTokens[from]        (new, shortened and forked slots)
//            tables[group][slot][first + i] = ids[i]                                (new entries of block tables)
//   rows:    position of a row's i-th token = slotLengths[slot] + i; slotLengths[slot] += tokens of the row
//            id of a token = hostTokens[source + i], or lastTokens[slot] where source = -1
//   samples: sample j is the last token of its row: its index, slot and length after the row
//   padding: everything up to the bucket's rows, tokens and samples gets slot -1
//
// Types: int32 throughout. Launch: one block of 1024 threads; everything is ordered by block barriers: lengths and tables
// first, then rows, which read lengths, then tokens, which read rows. A slot has at most one row in a step, and the host
// gives each table entry and each length at most one write, so that no two threads write one place.
//
// The input, in 32-bit words (StepInput.java packs it):
//   [0] slotWriteCount [1] tableWriteCount [2] rowCount [3] tokenCount [4] singleRowCount (rows of one token, first)
//   [5] hostTokensAt [6] tableWritesAt [7] rowsAt;  from word 8: slotWriteCount x (slot, length, fromSlot or -1)
//   tableWritesAt: tableWriteCount x (table row = group * slots + slot, first, count, idsAt)
//   rowsAt: rowCount x (slot, tokens, firstToken, source, sampleIndex or -1)

constexpr int SLOT_WRITES_AT = 8;
constexpr int SLOT_WRITE_WORDS = 3;
constexpr int TABLE_WRITE_WORDS = 4;
constexpr int ROW_WORDS = 5;

extern "C" __global__ void __launch_bounds__(1024) step_prepare(
        const int* __restrict__ input,
        int* __restrict__ slotLengths,
        int* __restrict__ lastTokens,
        int* __restrict__ tables,
        int tableStride,
        int* __restrict__ rowArrays,     // [4][rowStride]: slots, first tokens, tokens, lengths
        int rowStride,
        int* __restrict__ tokenArrays,   // [3][tokenStride]: ids, slots, positions
        int tokenStride,
        int* __restrict__ sampleArrays,  // [3][rowStride]: token indexes, slots, lengths
        int rowBucket,
        int tokenBucket,
        int sampleBucket) {
    const int lane = threadIdx.x & 31;
    const int warp = threadIdx.x >> 5;
    const int warps = blockDim.x >> 5;
    const int slotWriteCount = input[0];
    const int tableWriteCount = input[1];
    const int rowCount = input[2];
    const int tokenCount = input[3];

    // A forked slot takes the last token of a slot that no write of this step gives another.
    for (int i = threadIdx.x; i < slotWriteCount; i += blockDim.x) {
        const int* write = input + SLOT_WRITES_AT + i * SLOT_WRITE_WORDS;
        slotLengths[write[0]] = write[1];
        if (write[2] >= 0) {
            lastTokens[write[0]] = lastTokens[write[2]];
        }
    }
    for (int i = warp; i < tableWriteCount; i += warps) {
        const int* write = input + input[6] + i * TABLE_WRITE_WORDS;
        int* to = tables + (long long)write[0] * tableStride + write[1];
        for (int j = lane; j < write[2]; j += 32) {
            to[j] = input[write[3] + j];
        }
    }
    for (int j = threadIdx.x; j < sampleBucket; j += blockDim.x) {
        sampleArrays[j] = 0;
        sampleArrays[rowStride + j] = -1;
        sampleArrays[2 * rowStride + j] = 0;
    }
    __syncthreads();

    for (int r = threadIdx.x; r < rowBucket; r += blockDim.x) {
        const bool real = r < rowCount;
        const int* row = input + input[7] + r * ROW_WORDS;
        const int slot = real ? row[0] : -1;
        const int tokens = real ? row[1] : 0;
        const int length = real ? slotLengths[slot] + tokens : 0;
        rowArrays[r] = slot;
        rowArrays[rowStride + r] = real ? row[2] : 0;
        rowArrays[2 * rowStride + r] = tokens;
        rowArrays[3 * rowStride + r] = length;
        if (real) {
            slotLengths[slot] = length;
            if (row[4] >= 0) {
                sampleArrays[row[4]] = row[2] + tokens - 1;
                sampleArrays[rowStride + row[4]] = slot;
                sampleArrays[2 * rowStride + row[4]] = length;
            }
        }
    }
    __syncthreads();

    // Single-token rows come first: a thread each. A row of many tokens takes the whole block.
    for (int t = tokenCount + threadIdx.x; t < tokenBucket; t += blockDim.x) {
        tokenArrays[t] = -1;
        tokenArrays[tokenStride + t] = -1;
        tokenArrays[2 * tokenStride + t] = 0;
    }
    const int single = input[4];
    for (int r = threadIdx.x; r < single; r += blockDim.x) {
        const int* row = input + input[7] + r * ROW_WORDS;
        tokenArrays[row[2]] = row[3] < 0 ? lastTokens[row[0]] : input[input[5] + row[3]];
        tokenArrays[tokenStride + row[2]] = row[0];
        tokenArrays[2 * tokenStride + row[2]] = rowArrays[3 * rowStride + r] - 1;
    }
    for (int r = single; r < rowCount; r++) {
        const int* row = input + input[7] + r * ROW_WORDS;
        const int start = rowArrays[3 * rowStride + r] - row[1];
        for (int i = threadIdx.x; i < row[1]; i += blockDim.x) {
            tokenArrays[row[2] + i] = row[3] < 0 ? lastTokens[row[0]] : input[input[5] + row[3] + i];
            tokenArrays[tokenStride + row[2] + i] = row[0];
            tokenArrays[2 * tokenStride + row[2] + i] = start + i;
        }
    }
}
