// The middle of an MLP.
//
//   activate_gated:  out[t, i] = E(act(gateUp[t, i]) * gateUp[t, WIDTH + i])
//   activate_plain:  out[t, i] = E(act(x[t, i])); out may be x
//
// gateUp [T, 2 * WIDTH] E, x and out [T, WIDTH] E; row-major, dense, 16-byte aligned. Arithmetic f32, rounded once.
// Launch: a thread for 8 outputs (vecCount of them), blocks of 256.
// Constants: WIDTH (a multiple of 8), ACTIVATION (see activation.cuh), ELEMENT_F16.
#include "activation.cuh"

static_assert(WIDTH % VEC_ELEMS == 0, "rows are read 16 bytes at a time");
constexpr int ROW_VECS = WIDTH / VEC_ELEMS;
constexpr int THREADS = 256;

extern "C" __global__ void __launch_bounds__(THREADS) activate_gated(const vec16* gateUp, vec16* out, i64 vecCount) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 index = (i64)blockIdx.x * THREADS + threadIdx.x;
    if (index >= vecCount) return;
    const i64 gate = index / ROW_VECS * ROW_VECS + index;
    float x[8], up[8];
    unpack8(gateUp[gate], x);
    unpack8(gateUp[gate + ROW_VECS], up);
#pragma unroll
    for (int i = 0; i < 8; i++) x[i] = activate(x[i]) * up[i];
    out[index] = pack8(x);
}

extern "C" __global__ void __launch_bounds__(THREADS) activate_plain(const vec16* x, vec16* out, i64 vecCount) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 index = (i64)blockIdx.x * THREADS + threadIdx.x;
    if (index >= vecCount) return;
    float y[8];
    unpack8(x[index], y);
#pragma unroll
    for (int i = 0; i < 8; i++) y[i] = activate(y[i]);
    out[index] = pack8(y);
}
