// Small moves of rows.
//
//   gather_rows:   out[r, :] = x[rowIndices[r], :], zeros where the index is negative (padding)
//   add_elements:  out[i] = E(a[i] + b[i]); out may be a or b
//
//   x [T, rowVecs * 8] E; rowIndices [rows] i32; out [rows, rowVecs * 8] E
//   a, b, out [8 * vecCount] E
//
// Dense, 16-byte aligned. Launch: gather_rows one block of 128 threads a row; add_elements a thread for 8 elements,
// blocks of 256. Constants: ELEMENT_F16.
#include "ptx.cuh"

constexpr int GATHER_THREADS = 128;
constexpr int ADD_THREADS = 256;

extern "C" __global__ void __launch_bounds__(GATHER_THREADS)
    gather_rows(const vec16* x, const i32* rowIndices, vec16* out, i32 rowVecs) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 row = blockIdx.x;
    const i64 source = rowIndices[row];
    for (int i = threadIdx.x; i < rowVecs; i += GATHER_THREADS) {
        out[row * rowVecs + i] = source < 0 ? zero16() : x[source * rowVecs + i];
    }
}

extern "C" __global__ void __launch_bounds__(ADD_THREADS)
    add_elements(const vec16* a, const vec16* b, vec16* out, i64 vecCount) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const i64 index = (i64)blockIdx.x * ADD_THREADS + threadIdx.x;
    if (index >= vecCount) return;
    float x[8], y[8];
    unpack8(a[index], x);
    unpack8(b[index], y);
#pragma unroll
    for (int i = 0; i < 8; i++) x[i] += y[i];
    out[index] = pack8(x);
}
