#include "types.cuh"
extern "C" __global__ void broken(i32* out) {
    *out = undeclared * WIDTH;
}
