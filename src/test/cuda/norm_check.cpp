// The norms (norm.cu) against double, at the sizes of tiny and large models.
#include "emulator.h"

#include "cuda/norm.cuh"
#include <random>

constexpr float EPSILON = 1e-5f;

// A norm kernel with its constants.
struct Norm {
    const char* name;
    int hidden;
    bool isLayer;
    void (*norm)(const vec16*, const i32*, const vec16*, const vec16*, vec16*, float, float);
    void (*addNorm)(vec16*, const vec16*, const vec16*, const vec16*, vec16*, float, float);
};

namespace rms_64 {
#define HIDDEN 64
#define norm_rows norm_rows_rms_64
#define add_norm_rows add_norm_rows_rms_64
#include "cuda/norm.cu"
static const Norm kernel{"rms 64", HIDDEN, false, norm_rows, add_norm_rows};
#undef norm_rows
#undef add_norm_rows
#undef HIDDEN
} // namespace rms_64

namespace rms_576 {
#define HIDDEN 576
#define norm_rows norm_rows_rms_576
#define add_norm_rows add_norm_rows_rms_576
#include "cuda/norm.cu"
static const Norm kernel{"rms 576", HIDDEN, false, norm_rows, add_norm_rows};
#undef norm_rows
#undef add_norm_rows
#undef HIDDEN
} // namespace rms_576

namespace rms_5000 {
#define HIDDEN 5000
#define norm_rows norm_rows_rms_5000
#define add_norm_rows add_norm_rows_rms_5000
#include "cuda/norm.cu"
static const Norm kernel{"rms 5000", HIDDEN, false, norm_rows, add_norm_rows};
#undef norm_rows
#undef add_norm_rows
#undef HIDDEN
} // namespace rms_5000

#define LAYER_NORM
namespace layer_768 {
#define HIDDEN 768
#define norm_rows norm_rows_layer_768
#define add_norm_rows add_norm_rows_layer_768
#include "cuda/norm.cu"
static const Norm kernel{"layer 768", HIDDEN, true, norm_rows, add_norm_rows};
#undef norm_rows
#undef add_norm_rows
#undef HIDDEN
} // namespace layer_768

namespace layer_2056 {
#define HIDDEN 2056
#define norm_rows norm_rows_layer_2056
#define add_norm_rows add_norm_rows_layer_2056
#include "cuda/norm.cu"
static const Norm kernel{"layer 2056", HIDDEN, true, norm_rows, add_norm_rows};
#undef norm_rows
#undef add_norm_rows
#undef HIDDEN
} // namespace layer_2056

#ifdef ELEMENT_F16
constexpr double ROUNDING = 4e-4;
#else
constexpr double ROUNDING = 3e-3;
#endif

static std::mt19937 randomBits(13);

static void fill(emu::Buffer<elem>& values, float mean) {
    std::normal_distribution<float> normal(mean, 1);
    for (elem& value : values) value = to_elem(normal(randomBits));
}

static std::vector<double> reference(const Norm& n, const elem* x, const elem* weight, const elem* bias, float offset) {
    double sum = 0, squares = 0;
    for (int i = 0; i < n.hidden; i++) sum += to_float(x[i]);
    const double mean = n.isLayer ? sum / n.hidden : 0;
    for (int i = 0; i < n.hidden; i++) squares += (to_float(x[i]) - mean) * (to_float(x[i]) - mean);
    std::vector<double> out;
    for (int i = 0; i < n.hidden; i++) {
        out.push_back(
            (to_float(x[i]) - mean) / std::sqrt(squares / n.hidden + EPSILON) * (to_float(weight[i]) + offset)
            + (bias ? to_float(bias[i]) : 0));
    }
    return out;
}

static void expectRow(const Norm& n, const elem* got, const std::vector<double>& expected, const char* what, int row) {
    std::vector<float> values;
    for (int i = 0; i < n.hidden; i++) values.push_back(to_float(got[i]));
    double error = emu::relativeError(values.data(), expected.data(), expected.size());
    emu::expect(error < ROUNDING, emu::text("%s, %s: row %d is off by %g", n.name, what, row, error));
}

static void check(const Norm& n, int rows, float offset) {
    const size_t count = (size_t)rows * n.hidden;
    emu::Buffer<elem> x(count, "x"), delta(count, "delta"), out(count, "out"), weight(n.hidden, "weight"),
        bias(n.hidden, "bias");
    fill(x, 0.5f);
    fill(delta, 0);
    fill(weight, 1);
    fill(bias, 0);
    const elem* usedBias = n.isLayer && offset == 0 ? bias.data() : nullptr;

    emu::launch(rows, NORM_THREADS, 0, [&] {
        n.norm(
            (vec16*)x.data(), nullptr, (vec16*)weight.data(), (const vec16*)usedBias, (vec16*)out.data(), EPSILON,
            offset);
    });
    for (int r = 0; r < rows; r++)
        expectRow(
            n, out + (size_t)r * n.hidden, reference(n, x + (size_t)r * n.hidden, weight, usedBias, offset), "norm", r);

    emu::Buffer<i32> indices((size_t)rows, "row indices");
    for (int r = 0; r < rows; r++) indices[r] = r == 0 ? -1 : rows - 1 - r / 2;
    out.poison();
    emu::launch(rows, NORM_THREADS, 0, [&] {
        n.norm(
            (vec16*)x.data(), indices, (vec16*)weight.data(), (const vec16*)usedBias, (vec16*)out.data(), EPSILON,
            offset);
    });
    for (int i = 0; i < n.hidden; i++) emu::expect(out[i].bits == 0, "a padded row is zeros");
    for (int r = 1; r < rows; r++) {
        expectRow(
            n, out + (size_t)r * n.hidden, reference(n, x + (size_t)indices[r] * n.hidden, weight, usedBias, offset),
            "gathered norm", r);
    }

    std::vector<elem> sums;
    for (size_t i = 0; i < count; i++) sums.push_back(to_elem(to_float(x[i]) + to_float(delta[i])));
    out.poison();
    emu::launch(rows, NORM_THREADS, 0, [&] {
        n.addNorm(
            (vec16*)x.data(), (vec16*)delta.data(), (vec16*)weight.data(), (const vec16*)usedBias, (vec16*)out.data(),
            EPSILON, offset);
    });
    for (size_t i = 0; i < count; i++) emu::expect(x[i].bits == sums[i].bits, emu::text("%s: residual %zu", n.name, i));
    for (int r = 0; r < rows; r++)
        expectRow(
            n, out + (size_t)r * n.hidden, reference(n, x + (size_t)r * n.hidden, weight, usedBias, offset),
            "add and norm", r);
}

int main() {
    for (const Norm& n : {rms_64::kernel, rms_576::kernel, rms_5000::kernel, layer_768::kernel, layer_2056::kernel}) {
        check(n, 1, 0);
        check(n, 4, 1);
    }
    return emu::finish("norm");
}
