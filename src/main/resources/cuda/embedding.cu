// Looks tokens up: out[t, :] = E(scale * table[ids[t], :]), zeros where ids[t] is negative (padding).
//
//   ids    [tokens] i32, below the table's rows
//   table  [V, HIDDEN] E
//   out    [tokens, HIDDEN] E
//   scale  f32: 1 copies the bits
//
// Row-major, dense, 16-byte aligned. Launch: one block of 128 threads a token.
// Constants: HIDDEN (a multiple of 8), ELEMENT_F16.
#include "ptx.cuh"

static_assert(HIDDEN % VEC_ELEMS == 0, "rows are read 16 bytes at a time");
constexpr int ROW_VECS = HIDDEN / VEC_ELEMS;
constexpr int THREADS = 128;

extern "C" __global__ void __launch_bounds__(THREADS)
    embed_tokens(const i32* ids, const vec16* table, vec16* out, float scale) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 token = blockIdx.x;
    const i64 id = ids[token];
    for (int i = threadIdx.x; i < ROW_VECS; i += THREADS) {
        vec16 v = id < 0 ? zero16() : table[id * ROW_VECS + i];
        if (scale != 1.0f) {
            float x[8];
            unpack8(v, x);
#pragma unroll
            for (int j = 0; j < 8; j++) x[j] *= scale;
            v = pack8(x);
        }
        out[token * ROW_VECS + i] = v;
    }
}
