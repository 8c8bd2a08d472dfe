// One of the kernels for few tokens with one set of constants, as a value that the checks can run: define CASE,
// KERNEL_FILE and the kernel's constants, then include this. It clears what it was given, so that the next set can
// follow.
namespace CASE {
#define skinny_gemm NAMED(gemm_of_, CASE)
#define skinny_split NAMED(split_of_, CASE)
#include KERNEL_FILE

static Product product() {
    Product p;
    p.name = TEXT(CASE);
    p.inputs = INPUTS;
    p.epilogue = EPILOGUE;
#if EPILOGUE == EPILOGUE_GATED
    p.activate = activate;
#endif
#ifdef TOKEN_FRAGMENTS
    p.maxRows = TOKENS;
    p.groups = [](int outputs) {
        return (outputs + TILE_FRAGMENTS * OUTPUTS_OF_FRAGMENT - 1) / (TILE_FRAGMENTS * OUTPUTS_OF_FRAGMENT) * CHUNKS;
    };
    p.launch = [](Operands& o, int blocks) {
        emu::Buffer<Sums> partials((size_t)blocks * 2 * WARPS * TOKEN_FRAGMENTS * WARP_LANES, "partial sums");
        emu::launch(blocks, THREADS, STAGES * STAGE_BYTES + WARPS * TOKEN_FRAGMENTS * WARP_LANES * sizeof(Sums), [&] {
            skinny_split(
                (const vec16*)o.x.data(), o.weights, (output*)o.y, o.counters, partials, o.outputs, o.rows,
                o.aheadChunks);
        });
    };
#else
    p.maxRows = FRAGMENT_TOKENS;
#ifdef NORM_INPUT
    p.normed = true;
#endif
    p.groups = [](int outputs) { return (outputs + OUTPUTS_OF_FRAGMENT - 1) / OUTPUTS_OF_FRAGMENT; };
    p.launch = [](Operands& o, int blocks) {
        int tokenBytes = (TOKENS_AT + o.rows * TOKEN_PITCH + 127) / 128 * 128;
        emu::launch(blocks, THREADS, tokenBytes + STAGES * STAGE_BYTES, [&] {
            skinny_gemm(
                (const vec16*)o.x.data(), (const vec16*)o.gains.data(), o.indices, o.weights, (output*)o.y, o.outputs,
                o.rows, EPSILON, WEIGHT_OFFSET, o.aheadChunks);
        });
    };
#endif
    return p;
}
#undef skinny_gemm
#undef skinny_split
} // namespace CASE
#undef CASE
#undef KERNEL_FILE
#undef INPUTS
#undef EPILOGUE
#undef ACTIVATION
#undef NORM_INPUT
#undef BULK_COPIES
#undef HAS_COPY_WARP
#undef STAGES
#undef TOKEN_FRAGMENTS
