// Kernels that show what a launch brought to the device. The fake driver (src/test/cuda/fake_driver.c) knows them by name.
#include "warp.cuh"

// out[0..7] = a, b, the bits of c, grid x y z, threads of a block, whether d is null
extern "C" __global__ void probe_arguments(i64* out, i64 a, i32 b, float c, const void* d) {
    if (blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0 && threadIdx.x == 0) {
        out[0] = a;
        out[1] = b;
        out[2] = __float_as_int(c);
        out[3] = gridDim.x;
        out[4] = gridDim.y;
        out[5] = gridDim.z;
        out[6] = blockDim.x;
        out[7] = d == nullptr;
    }
}

// values[0..count) += addend, after all that came before; may start before it has ended.
extern "C" __global__ void probe_add(i32* values, i32 count, i32 addend) {
    wait_for_previous_kernel();
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index < count) {
        values[index] += addend;
    }
    let_next_kernel_start();
}

// *out = the last byte of `sharedBytes` bytes of dynamic shared memory, after each thread wrote its own bytes (index % 251)
extern "C" __global__ void probe_shared(i32* out, i32 sharedBytes) {
    DYNAMIC_SHARED(scratch);
    for (int index = threadIdx.x; index < sharedBytes; index += blockDim.x) {
        scratch[index] = (unsigned char)(index % 251);
    }
    sync_threads();
    if (threadIdx.x == 0) {
        *out = scratch[sharedBytes - 1];
    }
}
