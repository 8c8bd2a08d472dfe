// Checks step_prepare.cu, copy_blocks.cu and random_fill.cu against plain loops, over random steps.
#include "emulator.h"

#include "cuda/copy_blocks.cu"
#include "cuda/random_fill.cu"
#include "cuda/step_prepare.cu"
#include <random>
#include <vector>

static std::mt19937 randomBits(11);

static int below(int bound) {
    return (int)(randomBits() % (unsigned)bound);
}

struct Row {
    int slot, tokens, firstToken, source, sample;
};

// One random step over `slots` slots in two cache groups, unpacked by the kernel and by the loops here.
static void unpacksSteps(int round) {
    const int slots = 9, groups = 2, stride = 13, maxTokens = 300;
    emu::Buffer<int> lengths(slots, "lengths"), last(slots, "last"), tables(groups * slots * stride, "tables");
    std::vector<int> expectedLengths(slots), expectedLast(slots), expectedTables(groups * slots * stride);
    for (int i = 0; i < slots; i++) {
        expectedLengths[i] = lengths[i] = below(100);
        expectedLast[i] = last[i] = 1000 + i;
    }
    for (size_t i = 0; i < expectedTables.size(); i++) expectedTables[i] = tables[i] = -7;

    std::vector<int> words(8);
    if (round % 3 == 0) {  // slot 8 becomes a fork of slot 7; slot 6 starts anew
        words.insert(words.end(), {8, 41, 7, 6, 5, -1});
        words[0] = 2;
        expectedLengths[8] = 41;
        expectedLast[8] = expectedLast[7];
        expectedLengths[6] = 5;
    }
    words[6] = (int)words.size();
    words[1] = below(4);
    std::vector<int> ids;
    for (int i = 0; i < words[1]; i++) {
        int row = i * 4 + below(4), first = below(8), count = 1 + below(5);
        words.insert(words.end(), {row, first, count, 0});
        for (int j = 0; j < count; j++) ids.push_back(expectedTables[row * stride + first + j] = below(999));
    }
    int at = (int)words.size(), used = 0;
    for (int i = 0; i < words[1]; i++) {
        words[words[6] + i * 4 + 3] = at + used;
        used += words[words[6] + i * 4 + 2];
    }
    words.insert(words.end(), ids.begin(), ids.end());

    std::vector<Row> rows;
    std::vector<int> order(slots);
    for (int i = 0; i < slots; i++) order[i] = i;
    std::shuffle(order.begin(), order.end(), randomBits);
    int rowCount = below(slots + 1), single = below(rowCount + 1), tokens = 0, samples = 0;
    std::vector<int> host;
    for (int r = 0; r < rowCount; r++) {
        int count = r < single ? 1 : 2 + below(40);
        bool fromHost = count > 1 || below(2);
        rows.push_back({order[r], count, tokens, fromHost ? (int)host.size() : -1, below(3) ? samples++ : -1});
        for (int i = 0; fromHost && i < count; i++) host.push_back(below(5000));
        tokens += count;
    }
    words[2] = rowCount;
    words[3] = tokens;
    words[4] = single;
    words[7] = (int)words.size();
    for (const Row& row : rows) words.insert(words.end(), {row.slot, row.tokens, row.firstToken, row.source, row.sample});
    words[5] = (int)words.size();
    words.insert(words.end(), host.begin(), host.end());
    emu::Buffer<int> input(words.size(), "input");
    for (size_t i = 0; i < words.size(); i++) input[i] = words[i];

    const int rowBucket = rowCount + below(slots + 1 - rowCount), tokenBucket = tokens + below(maxTokens - tokens + 1);
    const int sampleBucket = samples + below(slots + 1 - samples);
    emu::Buffer<int> rowArrays(4 * slots, "rows"), tokenArrays(3 * maxTokens, "tokens"), sampleArrays(3 * slots, "samples");
    emu::launch(1, 1024, 0, [&] {
        step_prepare(input, lengths, last, tables, stride, rowArrays, slots, tokenArrays, maxTokens, sampleArrays, rowBucket,
                     tokenBucket, sampleBucket);
    });

    for (int r = 0; r < rowBucket; r++) {
        bool real = r < rowCount;
        Row row = real ? rows[r] : Row{-1, 0, 0, 0, -1};
        int length = real ? expectedLengths[row.slot] += row.tokens : 0;
        emu::expect(rowArrays[r] == row.slot && rowArrays[slots + r] == row.firstToken && rowArrays[2 * slots + r] == row.tokens
                            && rowArrays[3 * slots + r] == length,
                    emu::text("row %d", r));
        for (int i = 0; i < row.tokens; i++) {
            int t = row.firstToken + i, id = row.source < 0 ? expectedLast[row.slot] : host[row.source + i];
            emu::expect(tokenArrays[t] == id && tokenArrays[maxTokens + t] == row.slot
                                && tokenArrays[2 * maxTokens + t] == length - row.tokens + i,
                        emu::text("token %d of row %d", i, r));
        }
        if (row.sample >= 0) {
            emu::expect(sampleArrays[row.sample] == row.firstToken + row.tokens - 1 && sampleArrays[slots + row.sample] == row.slot
                                && sampleArrays[2 * slots + row.sample] == length,
                        emu::text("sample of row %d", r));
        }
    }
    for (int t = tokens; t < tokenBucket; t++)
        emu::expect(tokenArrays[t] == -1 && tokenArrays[maxTokens + t] == -1, emu::text("padding token %d", t));
    for (int j = samples; j < sampleBucket; j++) emu::expect(sampleArrays[slots + j] == -1, emu::text("padding sample %d", j));
    for (int i = 0; i < slots; i++)
        emu::expect(lengths[i] == expectedLengths[i] && last[i] == expectedLast[i], emu::text("slot %d", i));
    for (size_t i = 0; i < expectedTables.size(); i++) emu::expect(tables[i] == expectedTables[i], emu::text("table %zu", i));
}

static void copiesBlocks() {
    const int blocks = 5, elems = 48;
    emu::Buffer<elem> keys(blocks * elems, "keys"), values(blocks * elems, "values");
    for (int i = 0; i < blocks * elems; i++) {
        keys[i].bits = (u16)i;
        values[i].bits = (u16)(1000 + i);
    }
    emu::Buffer<unsigned long long> layers(2, "layers");
    layers[0] = (unsigned long long)keys.data();
    layers[1] = (unsigned long long)values.data();
    emu::launch(2, 256, 0, [&] { copy_blocks(layers, 3, 1, elems * 2 / 16); });
    for (int i = 0; i < blocks * elems; i++) {
        int from = i / elems == 1 ? i + 2 * elems : i;
        emu::expect(keys[i].bits == from && values[i].bits == 1000 + from, emu::text("element %d", i));
    }
}

static void fillsLikeTheHost() {
    const int count = 777;
    emu::Buffer<elem> out(count, "out");
    emu::launch(2, 256, 0, [&] { random_fill(out, count, 42, 0.5f, 1e-5f); });
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++) {
        u64 bits = 42 + (i + 1) * 0x9E3779B97F4A7C15ULL;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
        bits ^= bits >> 31;
        int quarters = 0;
        for (int q = 0; q < 4; q++) quarters += (int)(bits >> 16 * q & 0xffff);
        float value = 0.5f + 1e-5f * (float)(quarters - 131070);
        emu::expect(out[i].bits == to_elem(value).bits, emu::text("element %d", i));
        sum += value;
        squares += (value - 0.5) * (value - 0.5);
    }
    emu::expect(std::fabs(sum / count - 0.5) < 0.05 && std::fabs(std::sqrt(squares / count) - 0.378) < 0.03, "mean and deviation");
}

int main() {
    for (int round = 0; round < 30; round++) unpacksSteps(round);
    copiesBlocks();
    fillsLikeTheHost();
    return emu::finish("step");
}
