// The activation function that -DACTIVATION names (Activation.java has the same numbers), in f32.
#include "ptx.cuh"

#define ACTIVATION_SILU 0
#define ACTIVATION_GELU_TANH 1
#define ACTIVATION_GELU_ERF 2
#define ACTIVATION_RELU 3

__device__ __forceinline__ float activate(float x) {
#if ACTIVATION == ACTIVATION_SILU
    // x * sigmoid(x). Where e^-x overflows, the reciprocal is 0.
    return x * fast_rcp(1.0f + fast_exp(-x));
#elif ACTIVATION == ACTIVATION_GELU_TANH
    // x/2 * (1 + tanh(u)) = x * sigmoid(2u), u = sqrt(2/pi) * (x + 0.044715 x^3). Source: Hendrycks and Gimpel 2016.
    const float twice = 1.5957691216057308f * (x + 0.044715f * x * x * x);
    return x * fast_rcp(1.0f + fast_exp(-twice));
#elif ACTIVATION == ACTIVATION_GELU_ERF
    return 0.5f * x * (1.0f + erff(0.7071067811865476f * x));
#elif ACTIVATION == ACTIVATION_RELU
    return fmaxf(x, 0.0f);
#else
#error "ACTIVATION is none of the four"
#endif
}
