// What both kernels for few tokens share (skinny_gemm.cu, skinny_split.cu): which rows of the weights a tile takes, the
// product of a fragment, and what becomes of a sum.
//
// Tensor cores multiply with the weights as A (16 rows by 16 k) and the tokens as B (16 k by 8). A dot product may take
// its k in any order, the same for both sides; so lane (g, t), g = lane / 4, t = lane % 4, takes 8 neighbouring k of
// its rows g and g + 8 as one 16-byte access, straight from memory into the fragment, and 32 k (a quad's 64 contiguous
// bytes) make two instructions:
//
//     k of the access      8t+0 8t+1 8t+2 8t+3 | 8t+4 8t+5 8t+6 8t+7
//     k of the fragment    2t   2t+1 2t+8 2t+9 | the same of the second instruction
//
// No include guard here and in activation.cuh: what they declare depends on the kernel's constants, and a test includes
// them once for each set of constants.
#include "warp.cuh"

#define EPILOGUE_ELEMENTS 0 // y[token, n] = E(sum)
#define EPILOGUE_FLOATS 1   // y[token, n] = sum, f32
#define EPILOGUE_RESIDUAL 2 // y[token, n] = E(y[token, n] + sum)
#define EPILOGUE_GATED 3    // y[token, i] = E(act(sum of gate row i) * sum of up row i)

#if EPILOGUE == EPILOGUE_GATED
#include "activation.cuh"
#endif
#if EPILOGUE == EPILOGUE_FLOATS
typedef float output;
#else
typedef elem output;
#endif

static_assert(INPUTS % VEC_ELEMS == 0, "rows are read 16 bytes at a time");
constexpr int STEP_K = 32;    // of a 16-byte access of a quad
constexpr int UNIT_STEPS = 2; // a warp takes whole 128-byte lines
constexpr int UNIT_K = UNIT_STEPS * STEP_K;
constexpr int UNITS = (INPUTS + UNIT_K - 1) / UNIT_K; // of a row
constexpr int FRAGMENT_ROWS = 16;
constexpr int FRAGMENT_TOKENS = 8;
constexpr int OUTPUTS_OF_FRAGMENT = EPILOGUE == EPILOGUE_GATED ? FRAGMENT_ROWS / 2 : FRAGMENT_ROWS;

// Which row of the weights is row 0 to 15 of a fragment. Fragments follow each other along the outputs; a gated one has
// 8 gate rows and below them the 8 up rows of the same outputs, so that one lane gets both. Past the last output the
// last row stands in.
__device__ __forceinline__ i64 weight_row(int fragment, int row, int outputs) {
#if EPILOGUE == EPILOGUE_GATED
    return min(fragment * OUTPUTS_OF_FRAGMENT + row % 8, outputs - 1) + (i64)(row / 8) * outputs;
#else
    return min(fragment * OUTPUTS_OF_FRAGMENT + row, outputs - 1);
#endif
}

// A lane's share of 64 k of a fragment's weights: rows g and g + 8.
struct Unit {
    vec16 low[UNIT_STEPS], high[UNIT_STEPS];
};

// Whether the row has the lane's 8 elements from k on.
__device__ __forceinline__ bool has_inputs(int k) {
    return INPUTS % UNIT_K == 0 || k < INPUTS;
}

// sums[16 rows, 8 tokens] += weights[16, 32] * tokens[8, 32]^T.
__device__ __forceinline__ void multiply(float (&sums)[4], vec16 low, vec16 high, vec16 token) {
    const u32 first[4] = {low.word[0], high.word[0], low.word[1], high.word[1]};
    mma_m16n8k16(sums, first, token.word[0], token.word[1]);
    const u32 second[4] = {low.word[2], high.word[2], low.word[3], high.word[3]};
    mma_m16n8k16(sums, second, token.word[2], token.word[3]);
}

// Where a lane's sum `index` (0 to 3) of a fragment belongs: output and token.
struct Place {
    int output, token;
    bool exists;
    i64 address;
};

__device__ __forceinline__ Place place_of(int fragment, int lane, int index, int firstToken, int outputs, int tokens) {
    Place place;
    place.output = fragment * OUTPUTS_OF_FRAGMENT + lane / 4 + 8 * (index / 2);
    place.token = firstToken + 2 * (lane % 4) + index % 2;
    place.exists = place.output < outputs && place.token < tokens;
    place.address = (i64)place.token * outputs + place.output;
    return place;
}

// What stood at a place before: the residual, or 0.
__device__ __forceinline__ float earlier_value(const output* y, const Place& place) {
#if EPILOGUE == EPILOGUE_RESIDUAL
    return place.exists ? to_float(y[place.address]) : 0.0f;
#else
    return 0.0f;
#endif
}

__device__ __forceinline__ void store_sum(output* y, const Place& place, float sum, float earlier) {
    if (!place.exists) return;
#if EPILOGUE == EPILOGUE_FLOATS
    y[place.address] = sum;
#elif EPILOGUE == EPILOGUE_RESIDUAL
    y[place.address] = to_elem(earlier + sum);
#else
    y[place.address] = to_elem(sum);
#endif
}

#if EPILOGUE == EPILOGUE_GATED
__device__ __forceinline__ void store_gated(output* y, const Place& place, float gate, float up) {
    if (place.exists) y[place.address] = to_elem(activate(gate) * up);
}
#endif
