// Between two kernels in one check: forgets the constants of the first.
#undef HEAD_COUNT
#undef KV_HEAD_COUNT
#undef HEAD_DIM
#undef WARPS
#undef ROW_TILES
#undef KEY_TILE
#undef STAGES
#undef ROTATED_DIMS
#undef ROTARY_HALVES
#undef prefill_attention
#undef decode_attention
#undef rotary_cache
