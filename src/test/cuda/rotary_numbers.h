// After rotary_cache.cu in its namespace: the constants that it was compiled with.
#ifdef ROTARY_HALVES
#define ROTARY_IS_HALVES true
#else
#define ROTARY_IS_HALVES false
#endif
constexpr Numbers NUMBERS = {HEAD_COUNT, KV_HEAD_COUNT, HEAD_DIM, ROTATED_DIMS, ROTARY_IS_HALVES,
                             TURN_PAIRS, BATCHES, LANES, THREADS};
#undef ROTARY_IS_HALVES
