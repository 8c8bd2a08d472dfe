// Random steps for the checks of the attention kernels, and their answers in double. Everything that a kernel must not read is NaN (cache)
// or -1 (block tables): places past a row's end, blocks of nobody, blocks before a window.
#pragma once
#include "emulator.h"
#include "cuda/warp.cuh"
#include <numeric>
#include <random>

struct Shape {
    int heads, kvHeads, dim;

    float scale() const {
        return 1.0f / std::sqrt((float)dim);
    }
    int tokenElems() const {
        return (heads + 2 * kvHeads) * dim;
    }
};

struct Row {
    int slot, tokens, length;
};

constexpr int TOKENS_OF_BLOCK = 16;

// What rounding the weights and the result costs a row at most: each about half a unit of the element on average.
#ifdef ELEMENT_F16
constexpr double MOST_ERROR = 0.8e-3;
#else
constexpr double MOST_ERROR = 6.4e-3;
#endif

inline int sumOfTokens(const std::vector<Row>& rows) {
    return std::accumulate(rows.begin(), rows.end(), 0, [](int sum, const Row& row) { return sum + row.tokens; });
}

inline int blocksOf(int tokens) {
    return (tokens + TOKENS_OF_BLOCK - 1) / TOKENS_OF_BLOCK;
}

// Slots are numbers below 16; several rows never share one.
class Step {
public:
    static constexpr int SLOTS = 16;
    const Shape shape;
    const std::vector<Row> rows;
    const int window, tableStride, blockCount;
    emu::Buffer<elem> qkv, keys, values, out;
    emu::Buffer<i32> tables, rowSlots, rowFirstTokens, rowTokens, rowLengths;

    Step(Shape shape, std::vector<Row> theRows, int window, unsigned seed)
        : shape(shape), rows(theRows), window(window), tableStride(longest(theRows) + 3), blockCount(SLOTS * tableStride),
          qkv((size_t)sumOfTokens(rows) * shape.tokenElems(), "qkv"), keys(cacheElems(), "keys"), values(cacheElems(), "values"),
          out((size_t)sumOfTokens(rows) * shape.heads * shape.dim, "out"), tables((size_t)blockCount, "tables"),
          rowSlots(rows.size(), "rowSlots"), rowFirstTokens(rows.size(), "rowFirstTokens"), rowTokens(rows.size(), "rowTokens"),
          rowLengths(rows.size(), "rowLengths"), random(seed) {
        // Every other head has scores so far apart that the largest grows much along the way.
        for (size_t i = 0; i < qkv.size(); i++) qkv[i] = to_elem(normal(random) * (i / (size_t)shape.dim % 2 ? 12.0f : 1.5f));
        std::vector<i32> free((size_t)blockCount);
        std::iota(free.begin(), free.end(), 0);
        std::shuffle(free.begin(), free.end(), random);
        int token = 0;
        for (size_t r = 0; r < rows.size(); r++) {
            rowSlots[r] = rows[r].slot;
            rowFirstTokens[r] = token;
            rowTokens[r] = rows[r].tokens;
            rowLengths[r] = rows[r].length;
            token += rows[r].tokens;
            if (rows[r].slot >= 0) fillCache(rows[r], free);
        }
    }

    // Compares every row's tokens with the answer in double; tokens of padding rows must be untouched.
    void check(const std::string& name) {
        int token = 0;
        for (const Row& row : rows) {
            for (int i = 0; i < row.tokens; i++, token++) checkToken(row, token, row.length - row.tokens + i, name);
        }
    }

private:
    std::mt19937 random;
    std::normal_distribution<float> normal;

    static int longest(const std::vector<Row>& rows) {
        int length = 1;
        for (const Row& row : rows) length = std::max(length, row.length);
        return blocksOf(length);
    }

    size_t cacheElems() const {
        return (size_t)blockCount * shape.kvHeads * TOKENS_OF_BLOCK * shape.dim;
    }

    int firstSeen(int position) const {
        return window > 0 ? std::max(0, position - window + 1) : 0;
    }

    size_t place(const Row& row, int position, int kvHead) {
        i32 block = tables[(size_t)row.slot * tableStride + position / TOKENS_OF_BLOCK];
        return (((size_t)block * shape.kvHeads + kvHead) * TOKENS_OF_BLOCK + position % TOKENS_OF_BLOCK) * shape.dim;
    }

    void fillCache(const Row& row, std::vector<i32>& free) {
        int first = firstSeen(row.length - row.tokens) / TOKENS_OF_BLOCK;
        for (int b = first; b < blocksOf(row.length); b++) {
            tables[(size_t)row.slot * tableStride + b] = free.back();
            free.pop_back();
        }
        for (int position = first * TOKENS_OF_BLOCK; position < row.length; position++) {
            for (int h = 0; h < shape.kvHeads; h++) {
                size_t at = place(row, position, h);
                for (int d = 0; d < shape.dim; d++) {
                    keys[at + d] = to_elem(normal(random));
                    values[at + d] = to_elem(normal(random));
                }
            }
        }
    }

    void checkToken(const Row& row, int token, int position, const std::string& name) {
        for (int head = 0; head < shape.heads; head++) {
            const elem* actual = out.data() + ((size_t)token * shape.heads + head) * shape.dim;
            if (row.slot < 0 || row.length == 0) {
                bool same = std::all_of(actual, actual + shape.dim, [](elem e) { return e.bits == 0xffff; });
                emu::expect(same, name + emu::text(": token %d is padding, its output stays", token));
                continue;
            }
            std::vector<double> expected = attend(row, token, position, head), got;
            for (int d = 0; d < shape.dim; d++) got.push_back(to_float(actual[d]));
            double error = emu::relativeError(got.data(), expected.data(), got.size());
            emu::expect(error < MOST_ERROR, name + emu::text(": token %d at %d, head %d is off by %g", token, position, head, error));
        }
    }

    std::vector<double> attend(const Row& row, int token, int position, int head) {
        int kvHead = head / (shape.heads / shape.kvHeads), first = firstSeen(position);
        const elem* query = qkv.data() + (size_t)token * shape.tokenElems() + head * shape.dim;
        std::vector<double> scores, sums((size_t)shape.dim);
        for (int p = first; p <= position; p++) {
            const elem* key = keys.data() + place(row, p, kvHead);
            double score = 0;
            for (int d = 0; d < shape.dim; d++) score += (double)to_float(query[d]) * to_float(key[d]);
            scores.push_back(score * shape.scale());
        }
        double most = *std::max_element(scores.begin(), scores.end()), total = 0;
        for (int p = first; p <= position; p++) {
            const elem* value = values.data() + place(row, p, kvHead);
            double weight = std::exp(scores[(size_t)(p - first)] - most);
            total += weight;
            for (int d = 0; d < shape.dim; d++) sums[(size_t)d] += weight * to_float(value[d]);
        }
        for (double& sum : sums) sum /= total;
        return sums;
    }
};
