// The products with few tokens (skinny_gemm.cu, skinny_split.cu) against sums in double, in all variants, at odd sizes.
#include "emulator.h"

#include "cuda/norm.cuh"
#include <random>

namespace norm_kernel {
#define HIDDEN 2312
#include "cuda/norm.cu"
#undef HIDDEN
} // namespace norm_kernel

constexpr float EPSILON = 1e-5f, WEIGHT_OFFSET = 0.25f;

// Of one product. y: elements, or with EPILOGUE_FLOATS f32.
struct Operands {
    emu::Buffer<elem>&x, &gains, &weights;
    i32* indices;
    void* y;
    u32* counters;
    int outputs, rows, aheadChunks;
};

// A kernel with its constants.
struct Product {
    std::string name;
    int inputs, epilogue, maxRows;
    bool normed = false;
    float (*activate)(float) = nullptr;
    int (*groups)(int outputs);
    void (*launch)(Operands&, int blocks);

    // Of a row, relative: the rounding of y; where y is not rounded, that of a norm's elements or the order of
    // additions. A gate's activation can magnify it.
    double tolerance() const {
#ifdef ELEMENT_F16
        const double rounding = 4e-4;
#else
        const double rounding = 3e-3;
#endif
        if (activate) return 2 * rounding;
        return epilogue == 1 ? normed ? rounding / 4 : 1e-6 : rounding;
    }
};

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define NAMED_OF(a, b) a##b
#define NAMED(a, b) NAMED_OF(a, b)

#define CASE plain
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 2
#define INPUTS 72
#define EPILOGUE 0
#include "skinny_case.h"

#define CASE plain_bulk
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 4
#define INPUTS 72
#define EPILOGUE 0
#define BULK_COPIES
#include "skinny_case.h"

#define CASE logits
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 3
#define INPUTS 64
#define EPILOGUE 1
#define NORM_INPUT
#include "skinny_case.h"

#define CASE logits_bulk
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 2
#define INPUTS 64
#define EPILOGUE 1
#define NORM_INPUT
#define BULK_COPIES
#include "skinny_case.h"

#define CASE of_normed
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 4
#define INPUTS 2312
#define EPILOGUE 1
#include "skinny_case.h"

#define CASE norming
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 3
#define INPUTS 2312
#define EPILOGUE 1
#define NORM_INPUT
#include "skinny_case.h"

#define CASE residual
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 2
#define INPUTS 2048
#define EPILOGUE 2
#include "skinny_case.h"

#define CASE residual_bulk
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 4
#define INPUTS 2048
#define EPILOGUE 2
#define BULK_COPIES
#include "skinny_case.h"

#define CASE gated
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 3
#define INPUTS 2312
#define EPILOGUE 3
#define ACTIVATION 0
#define NORM_INPUT
#include "skinny_case.h"

#define CASE gated_bulk
#define KERNEL_FILE "cuda/skinny_gemm.cu"
#define STAGES 2
#define INPUTS 2312
#define EPILOGUE 3
#define ACTIVATION 1
#define NORM_INPUT
#define BULK_COPIES
#include "skinny_case.h"

#define CASE split_plain
#define KERNEL_FILE "cuda/skinny_split.cu"
#define STAGES 4
#define INPUTS 72
#define EPILOGUE 0
#define TOKEN_FRAGMENTS 1
#include "skinny_case.h"

#define CASE split_logits
#define KERNEL_FILE "cuda/skinny_split.cu"
#define STAGES 3
#define INPUTS 576
#define EPILOGUE 1
#define TOKEN_FRAGMENTS 2
#include "skinny_case.h"

#define CASE split_residual
#define KERNEL_FILE "cuda/skinny_split.cu"
#define STAGES 2
#define INPUTS 1536
#define EPILOGUE 2
#define TOKEN_FRAGMENTS 4
#include "skinny_case.h"

#define CASE split_gated
#define KERNEL_FILE "cuda/skinny_split.cu"
#define STAGES 3
#define INPUTS 1000
#define EPILOGUE 3
#define ACTIVATION 2
#define TOKEN_FRAGMENTS 8
#include "skinny_case.h"

static std::mt19937 randomBits(11);

static void fill(elem* values, size_t count, float size) {
    std::normal_distribution<float> normal(0, size);
    for (size_t i = 0; i < count; i++) values[i] = to_elem(normal(randomBits));
}

// The operands of one check, made at random, and the reference.
struct Trial {
    const Product product;
    const int outputs, rows, weightRows;
    emu::Buffer<elem> x, gains, weights, before, elements;
    emu::Buffer<float> floats;
    emu::Buffer<i32> indices;
    emu::Buffer<u32> counters;
    std::vector<double> inputs, expected;

    Trial(const Product& product, int outputs, int rows, bool gathers)
        : product(product),
          outputs(outputs),
          rows(rows),
          weightRows(product.activate ? 2 * outputs : outputs),
          x((size_t)(gathers ? rows + 5 : rows) * product.inputs, "x"),
          gains(product.normed ? product.inputs : 0, "gains"),
          weights((size_t)weightRows * product.inputs, "weights"),
          before((size_t)rows * outputs, "earlier y"),
          elements(product.epilogue == EPILOGUE_FLOATS ? 0 : (size_t)rows * outputs, "y"),
          floats(product.epilogue == EPILOGUE_FLOATS ? (size_t)rows * outputs : 0, "logits"),
          indices(gathers ? rows : 0, "row indices"),
          counters((size_t)outputs, "counters"),
          inputs((size_t)rows * product.inputs),
          expected((size_t)rows * outputs) {
        fill(x, x.size(), 1.0f);
        fill(gains, gains.size(), 1.0f);
        fill(weights, weights.size(), 1.0f / std::sqrt((float)product.inputs));
        fill(before, before.size(), 1.0f);
        std::fill(counters.begin(), counters.end(), 0);
        for (int i = 0; i < (int)indices.size(); i++)
            indices[i] = i == 1 ? -1 : (int)(randomBits() % (unsigned)(rows + 5));
        for (int row = 0; row < rows; row++) refer(row);
    }

    void refer(int row) {
        const int from = indices.size() > 0 ? indices[row] : row, n = product.inputs;
        double* input = &inputs[(size_t)row * n];
        double squares = 0;
        for (int k = 0; k < n; k++) {
            input[k] = from < 0 ? 0 : to_float(x[(size_t)from * n + k]);
            squares += input[k] * input[k];
        }
        for (int k = 0; k < n && product.normed; k++) {
            input[k] = to_float(
                to_elem((float)(input[k] / std::sqrt(squares / n + EPSILON) * (to_float(gains[k]) + WEIGHT_OFFSET))));
        }
        for (int i = 0; i < outputs; i++) {
            double sum = dot(input, i);
            if (product.activate) sum = product.activate((float)sum) * dot(input, outputs + i);
            if (product.epilogue == EPILOGUE_RESIDUAL) sum += to_float(before[(size_t)row * outputs + i]);
            expected[(size_t)row * outputs + i] = sum;
        }
    }

    double dot(const double* input, int weightRow) {
        double sum = 0;
        for (int k = 0; k < product.inputs; k++)
            sum += input[k] * to_float(weights[(size_t)weightRow * product.inputs + k]);
        return sum;
    }

    // What the kernel gives, as bits. `first` and `count`: the rows that it is asked for.
    std::vector<u32> run(int blocks, int first, int count) {
        const bool isFloat = product.epilogue == EPILOGUE_FLOATS;
        elements.poison();
        floats.poison();
        if (product.epilogue == EPILOGUE_RESIDUAL) std::copy(before.begin(), before.end(), elements.begin());
        const size_t skipped = indices.size() > 0 ? 0 : (size_t)first * product.inputs;
        emu::Buffer<elem> tokens(std::vector<elem>(x.begin() + skipped, x.end()), "tokens");
        Operands o{tokens,  gains, weights, indices.size() > 0 ? indices + first : nullptr, nullptr, counters,
                   outputs, count, rows % 3};
        o.y = isFloat ? (void*)(floats + (size_t)first * outputs) : (void*)(elements + (size_t)first * outputs);
        product.launch(o, blocks);
        std::vector<u32> bits;
        for (size_t i = (size_t)first * outputs; i < (size_t)(first + count) * outputs; i++) {
            bits.push_back(isFloat ? __float_as_uint(floats[i]) : elements[i].bits);
        }
        for (u32 counter : counters) emu::expect(counter == 0, product.name + ": counters are 0 between kernels");
        return bits;
    }

    void check(int blocks) {
        const std::string what = product.name + emu::text(", %d outputs, %d rows, %d blocks", outputs, rows, blocks);
        const bool isFloat = product.epilogue == EPILOGUE_FLOATS;
        std::vector<u32> bits = run(blocks, 0, rows);
        for (int row = 0; row < rows; row++) {
            std::vector<float> got;
            for (int i = 0; i < outputs; i++) {
                u32 value = bits[(size_t)row * outputs + i];
                got.push_back(isFloat ? __uint_as_float(value) : to_float(elem{(u16)value}));
            }
            double error = emu::relativeError(got.data(), &expected[(size_t)row * outputs], (size_t)outputs);
            emu::expect(error < product.tolerance(), what + emu::text(": row %d is off by %g", row, error));
        }
        std::vector<u32> alone = run(blocks, rows - 1, 1);
        emu::expect(
            std::equal(alone.begin(), alone.end(), bits.end() - outputs), what + ": a row alone has other bits");
    }
};

static void check(const Product& product, int outputs, std::initializer_list<int> rowCounts, bool gathers = false) {
    for (int rows : rowCounts) {
        Trial trial(product, outputs, rows, gathers);
        const int groups = product.groups(outputs);
        for (int blocks : {1, (groups + 1) / 2, groups}) trial.check(blocks);
    }
}

// The fused norm has the bits of the separate kernel.
static void normsAsTheNormKernelDoes() {
    const int rows = 5, outputs = 20;
    Trial fused(norming::product(), outputs, rows, false), plain(of_normed::product(), outputs, rows, false);
    std::copy(fused.weights.begin(), fused.weights.end(), plain.weights.begin());
    plain.x.poison();
    emu::launch(rows, NORM_THREADS, 0, [&] {
        norm_kernel::norm_rows(
            (vec16*)fused.x.data(), nullptr, (vec16*)fused.gains.data(), nullptr, (vec16*)plain.x.data(), EPSILON,
            WEIGHT_OFFSET);
    });
    emu::expect(fused.run(2, 0, rows) == plain.run(2, 0, rows), "the fused norm has other bits");
}

int main() {
    normsAsTheNormKernelDoes();
    for (const Product& p : {plain::product(), plain_bulk::product()}) check(p, 203, {1, 2, 5, 8});
    for (const Product& p : {logits::product(), logits_bulk::product()}) check(p, 203, {1, 8});
    for (const Product& p : {logits::product(), logits_bulk::product()}) check(p, 16, {3}, true);
    for (const Product& p : {residual::product(), residual_bulk::product()}) check(p, 40, {1, 3, 8});
    for (const Product& p : {gated::product(), gated_bulk::product()}) check(p, 13, {1, 5, 8});
    check(split_plain::product(), 203, {1, 5, 8});
    check(split_logits::product(), 300, {9, 16});
    check(split_residual::product(), 257, {1, 17, 32});
    check(split_gated::product(), 70, {33, 64});
    return emu::finish("skinny_gemm");
}
