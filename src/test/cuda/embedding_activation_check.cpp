// The elementwise kernels (embedding.cu, activation.cu, rows.cu) against double.
#include "emulator.h"

#include "cuda/warp.cuh"
#include <random>

#define HIDDEN 72
#include "cuda/embedding.cu"
#include "cuda/rows.cu"

// An activation kernel with its constants, and its formula.
struct Case {
    const char* name;
    void (*gated)(const vec16*, vec16*, i64);
    void (*plain)(const vec16*, vec16*, i64);
    double (*formula)(double);
};

#define WIDTH 104
namespace silu {
#define ACTIVATION 0
#define activate_gated gated_silu
#define activate_plain plain_silu
#include "cuda/activation.cu"
static const Case all{"SiLU", activate_gated, activate_plain, [](double x) { return x / (1 + std::exp(-x)); }};
#undef activate_gated
#undef activate_plain
#undef ACTIVATION
} // namespace silu

namespace gelu_tanh {
#define ACTIVATION 1
#define activate_gated gated_gelu_tanh
#define activate_plain plain_gelu_tanh
#include "cuda/activation.cu"
static const Case all{"GELU tanh", activate_gated, activate_plain, [](double x) {
                          return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
                      }};
#undef activate_gated
#undef activate_plain
#undef ACTIVATION
} // namespace gelu_tanh

namespace gelu_erf {
#define ACTIVATION 2
#define activate_gated gated_gelu_erf
#define activate_plain plain_gelu_erf
#include "cuda/activation.cu"
static const Case all{
    "GELU erf", activate_gated, activate_plain, [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2))); }};
#undef activate_gated
#undef activate_plain
#undef ACTIVATION
} // namespace gelu_erf

namespace relu {
#define ACTIVATION 3
#define activate_gated gated_relu
#define activate_plain plain_relu
#include "cuda/activation.cu"
static const Case all{"ReLU", activate_gated, activate_plain, [](double x) { return x > 0 ? x : 0; }};
#undef activate_gated
#undef activate_plain
#undef ACTIVATION
} // namespace relu

#ifdef ELEMENT_F16
constexpr double ROUNDING = 0x1p-11; // of the one element that outweighs the others
#else
constexpr double ROUNDING = 0x1p-8;
#endif

static std::mt19937 randomBits(17);

static void fill(emu::Buffer<elem>& values, float size) {
    std::normal_distribution<float> normal(0, size);
    for (elem& value : values) value = to_elem(normal(randomBits));
}

static void expectNear(emu::Buffer<elem>& got, const std::vector<double>& expected, const std::string& what) {
    std::vector<float> values;
    for (elem e : got) values.push_back(to_float(e));
    double error = emu::relativeError(values.data(), expected.data(), expected.size());
    emu::expect(error < ROUNDING, what + emu::text(" is off by %g", error));
}

static void activates(const Case& c, int tokens, float size) {
    emu::Buffer<elem> gateUp((size_t)tokens * 2 * WIDTH, "gate and up"), out((size_t)tokens * WIDTH, "out");
    fill(gateUp, size);
    gateUp[0] = to_elem(-100), gateUp[1] = to_elem(100), gateUp[2] = to_elem(0);
    std::vector<double> gated, plain;
    for (int t = 0; t < tokens; t++) {
        for (int i = 0; i < WIDTH; i++) {
            double x = c.formula(to_float(gateUp[(size_t)t * 2 * WIDTH + i]));
            gated.push_back(x * to_float(gateUp[(size_t)t * 2 * WIDTH + WIDTH + i]));
        }
    }
    const i64 vecs = (i64)tokens * WIDTH / 8;
    emu::launch((int)(vecs + 255) / 256, 256, 0, [&] { c.gated((vec16*)gateUp.data(), (vec16*)out.data(), vecs); });
    expectNear(out, gated, std::string(c.name) + " gated");

    emu::Buffer<elem> x(out.size(), "x");
    fill(x, size);
    for (elem e : x) plain.push_back(c.formula(to_float(e)));
    emu::launch((int)(vecs + 255) / 256, 256, 0, [&] { c.plain((vec16*)x.data(), (vec16*)x.data(), vecs); });
    expectNear(x, plain, std::string(c.name) + " in place");
}

static void embeds() {
    const int vocabulary = 203, tokens = 9;
    emu::Buffer<elem> table((size_t)vocabulary * HIDDEN, "table"), x((size_t)tokens * HIDDEN, "x");
    emu::Buffer<i32> ids(std::vector<i32>{0, 202, -1, 7, 7, 100, -1, 5, 201}, "ids");
    fill(table, 1);
    for (float scale : {1.0f, 8.5f}) {
        x.poison();
        emu::launch(tokens, 128, 0, [&] { embed_tokens(ids, (vec16*)table.data(), (vec16*)x.data(), scale); });
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < HIDDEN; i++) {
                elem expected = ids[t] < 0 ? elem{0} : to_elem(to_float(table[(size_t)ids[t] * HIDDEN + i]) * scale);
                emu::expect(
                    x[(size_t)t * HIDDEN + i].bits == expected.bits,
                    emu::text("token %d, element %d, scale %g", t, i, scale));
            }
        }
    }
}

static void gathersAndAdds() {
    const int width = 1096, rows = 4;
    emu::Buffer<elem> x((size_t)7 * width, "x"), out((size_t)rows * width, "out"), more((size_t)rows * width, "more");
    emu::Buffer<i32> indices(std::vector<i32>{6, -1, 0, 6}, "row indices");
    fill(x, 1);
    fill(more, 1);
    emu::launch(rows, 128, 0, [&] { gather_rows((vec16*)x.data(), indices, (vec16*)out.data(), width / 8); });
    for (int r = 0; r < rows; r++) {
        for (int i = 0; i < width; i++) {
            u16 expected = indices[r] < 0 ? 0 : x[(size_t)indices[r] * width + i].bits;
            emu::expect(out[(size_t)r * width + i].bits == expected, emu::text("row %d, element %d", r, i));
        }
    }
    std::vector<elem> sums;
    for (size_t i = 0; i < out.size(); i++) sums.push_back(to_elem(to_float(out[i]) + to_float(more[i])));
    const i64 vecs = (i64)out.size() / 8;
    emu::launch((int)(vecs + 255) / 256, 256, 0, [&] {
        add_elements((vec16*)out.data(), (vec16*)more.data(), (vec16*)out.data(), vecs);
    });
    for (size_t i = 0; i < out.size(); i++) emu::expect(out[i].bits == sums[i].bits, emu::text("sum %zu", i));
}

int main() {
    for (const Case& c : {silu::all, gelu_tanh::all, gelu_erf::all, relu::all}) {
        activates(c, 1, 1);
        activates(c, 41, 3);
    }
    embeds();
    gathersAndAdds();
    return emu::finish("embedding, activation, rows");
}
