// Checks the sampling kernels: slots as the changes say, draws as a reference in double draws them, log-probabilities.
#include "emulator.h"

#include "cuda/warp.cuh"
#include "sampling/members.h"

#include "cuda/sampling.cuh"
#include <deque>
#include <random>

#define SAMPLE_THREADS 64
namespace drawing {
#include "cuda/sampling.cu"
}
namespace slots {
#include "cuda/sampling_slots.cu"
}
namespace scores {
#include "cuda/sampling_logprobs.cu"
}
#include "sampling/reference.h"

using reference::Slot;

static std::mt19937_64 bits(20261125);

static int number(int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(bits);
}
static double real(double from, double to) {
    return std::uniform_real_distribution<double>(from, to)(bits);
}
static bool chance(double p) {
    return real(0, 1) < p;
}

// Everything on the device for some slots.
struct Device {
    int vocabulary, slotCount;
    emu::Buffer<SlotParams> params;
    emu::Buffer<u16> counts;
    emu::Buffer<BiasEntry> biases;
    emu::Buffer<i32> held, lastTokens;
    std::vector<Slot> slots;

    Device(int vocabulary, int slotCount)
        : vocabulary(vocabulary),
          slotCount(slotCount),
          params((size_t)slotCount, "params"),
          counts((size_t)(slotCount * count_stride(vocabulary)), "counts"),
          biases((size_t)(slotCount * MAX_BIAS), "biases"),
          held((size_t)(slotCount * MAX_HELD), "held"),
          lastTokens((size_t)slotCount, "last tokens"),
          slots((size_t)slotCount) {
    }

    void apply(std::vector<slots::SlotChange> changes) {
        emu::Buffer<slots::SlotChange> buffer(changes, "changes");
        dim3 grid((unsigned)number(1, 3), (unsigned)changes.size());
        emu::launch(grid, slots::THREADS, 0,
                    [&] { slots::change_slots(buffer, params, counts, biases, held, vocabulary); });
        emu::launch(grid, slots::THREADS, 0, [&] { slots::count_tokens(buffer, counts, vocabulary); });
    }

    void expectCounts(int slot) {
        std::vector<u32> expected((size_t)vocabulary);
        for (int id : slots[(size_t)slot].prompt) expected[(size_t)id] |= COUNT_PROMPT;
        for (int id : slots[(size_t)slot].answer) expected[(size_t)id]++;
        const u16* row = counts + slot * count_stride(vocabulary);
        bool same = true;
        for (int id = 0; id < vocabulary; id++) same = same && row[id] == expected[(size_t)id];
        emu::expect(same, emu::text("counts of slot %d, vocabulary %d", slot, vocabulary));
    }
};

static SlotParams randomParams(int vocabulary) {
    SlotParams p{};
    bool greedy = chance(0.25);
    bool penalties = chance(0.4);
    p.repetition = penalties ? real(0.5, 2) : 1;
    p.frequency = penalties && chance(0.7) ? real(-1, 1) : 0;
    p.presence = penalties && chance(0.7) ? real(-1, 1) : 0;
    p.topP = chance(0.4) ? 1 : chance(0.1) ? 1e-9 : chance(0.2) ? 1 - 1e-6 : real(0.05, 1);
    p.seed = bits();
    double temperature = chance(0.1) ? 1e-6 : real(0.05, 2);
    p.inverseTemperature = greedy ? 3.4028234663852886e38f : 1 / (float)temperature;
    p.minP = chance(0.6) ? 0 : chance(0.1) ? 1 : (float)real(0, 0.3);
    p.topK = chance(0.4) ? 0 : chance(0.2) ? 1 : chance(0.2) ? number(1, vocabulary + 5) : number(1, 60);
    p.flags = (greedy ? SLOT_GREEDY : 0) | (penalties ? SLOT_COUNTED : 0);
    p.choiceIndex = number(0, 7);
    p.promptTokens = number(1, 30);
    return p;
}

static std::vector<i32> randomIds(int count, int vocabulary) {
    std::vector<i32> ids;
    int range = chance(0.3) ? std::min(vocabulary, 3) : vocabulary;
    for (int i = 0; i < count; i++) ids.push_back(number(0, range - 1));
    return ids;
}

static std::vector<i32> distinctIds(int count, int vocabulary) {
    std::vector<i32> all((size_t)vocabulary);
    for (int i = 0; i < vocabulary; i++) all[(size_t)i] = i;
    std::shuffle(all.begin(), all.end(), bits);
    all.resize((size_t)std::min(count, vocabulary));
    return all;
}

static void initSlots(Device& device) {
    std::vector<slots::SlotChange> changes;
    std::deque<std::vector<i32>> tokenIds;
    for (int i = 0; i < device.slotCount; i++) {
        Slot& slot = device.slots[(size_t)i];
        slot = Slot{};
        slot.params = randomParams(device.vocabulary);
        if (chance(0.3)) {
            for (int id : distinctIds(chance(0.1) ? MAX_BIAS : number(1, 20), device.vocabulary)) {
                slot.biases.push_back(BiasEntry{id, (float)(chance(0.1) ? -100 : real(-5, 5))});
            }
        }
        if (chance(0.3)) {
            slot.held = distinctIds(chance(0.1) ? MAX_HELD : number(1, 5), device.vocabulary);
            slot.params.minTokens = number(0, 10);
        }
        slot.params.biasCount = (i32)slot.biases.size();
        slot.params.heldCount = (i32)slot.held.size();
        bool counted = (slot.params.flags & SLOT_COUNTED) != 0;
        if (counted) {
            slot.prompt = randomIds(slot.params.promptTokens, device.vocabulary);
            slot.answer = randomIds(number(0, 300), device.vocabulary);
        }
        slots::SlotChange change{};
        change.params = slot.params;
        change.biases = slot.biases.data();
        change.heldIds = slot.held.data();
        tokenIds.push_back(slot.prompt);
        tokenIds.back().insert(tokenIds.back().end(), slot.answer.begin(), slot.answer.end());
        change.tokenIds = tokenIds.back().data();
        change.slot = i;
        change.fromSlot = -1;
        change.writesParams = 1;
        change.writesCounts = counted;
        change.promptTokens = (i32)slot.prompt.size();
        change.answerTokens = (i32)slot.answer.size();
        changes.push_back(change);
    }
    std::shuffle(changes.begin(), changes.end(), bits);
    device.apply(changes);
    for (slots::SlotChange& change : changes) {
        if (change.writesCounts) device.expectCounts(change.slot);
    }
}

static void forksSlots(Device& device) {
    int from = 0;
    while (from < device.slotCount && !(device.slots[(size_t)from].params.flags & SLOT_COUNTED)) from++;
    if (from >= device.slotCount - 1) return;
    std::vector<slots::SlotChange> changes;
    for (int to = from + 1; to < device.slotCount; to++) {
        Slot& slot = device.slots[(size_t)to];
        slot.prompt = device.slots[(size_t)from].prompt;
        slot.answer = device.slots[(size_t)from].answer;
        slot.params.flags |= SLOT_COUNTED;
        slots::SlotChange change{};
        change.params = slot.params;
        change.biases = slot.biases.data();
        change.heldIds = slot.held.data();
        change.slot = to;
        change.fromSlot = from;
        change.writesParams = 1;
        change.writesCounts = 1;
        changes.push_back(change);
    }
    device.apply(changes);
    for (int to = from; to < device.slotCount; to++) device.expectCounts(to);
}

// A row of logits of some kind; sometimes a bad one.
static void fillRow(float* row, int vocabulary) {
    int kind = number(0, 9);
    double scale = chance(0.2) ? 30 : chance(0.2) ? 0.01 : real(0.5, 6);
    std::normal_distribution<double> normal(0, scale);
    for (int i = 0; i < vocabulary; i++) {
        double x = normal(bits);
        if (kind == 0) x = std::round(x);                   // ties
        if (kind == 1) x = 2;                               // all equal
        if (kind == 2) x = i % 97 == 3 ? 20 + x / 100 : x;  // peaks
        if (kind == 3 && chance(0.5)) x = -INFINITY;
        if (kind == 4) x = chance(0.5) ? 0.0 : -0.0;
        row[i] = (float)x;
    }
    if (kind == 9) {
        int at = number(0, vocabulary - 1);
        int how = number(0, 2);
        for (int i = 0; i < vocabulary && how == 2; i++) row[i] = -INFINITY;
        if (how < 2) row[at] = how == 0 ? NAN : INFINITY;
    }
}

static int compared = 0, unclear = 0;

static void drawsAsTheReference(Device& device, int rows, int groupBlocks, int groups, bool masked) {
    int vocabulary = device.vocabulary;
    emu::Buffer<float> logits((size_t)rows * (size_t)vocabulary, "logits");
    std::vector<i32> rowSlots, rowLengths, maskOfRow;
    std::vector<i32> order = distinctIds(device.slotCount, device.slotCount);
    size_t maskWords = (size_t)((vocabulary + 63) / 64 * 2);
    std::vector<u32> words;
    for (int r = 0; r < rows; r++) {
        fillRow(logits + r * vocabulary, vocabulary);
        rowSlots.push_back(r < device.slotCount && !chance(0.1) ? order[(size_t)r] : -1);
        const Slot* slot = rowSlots.back() < 0 ? nullptr : &device.slots[(size_t)rowSlots.back()];
        rowLengths.push_back(slot == nullptr ? -1 : slot->params.promptTokens + number(0, 12));
        maskOfRow.push_back(masked && chance(0.6) ? (i32)(words.size() / maskWords) : -1);
        if (maskOfRow.back() < 0) continue;
        double density = chance(0.3) ? 0.01 : 0.5;
        bool onlyHeld = slot != nullptr && !slot->held.empty() && chance(0.5);
        size_t first = words.size();
        words.resize(first + maskWords);
        for (int id = 0; id < vocabulary; id++) {
            if (!onlyHeld && chance(density)) words[first + (size_t)id / 32] |= 1u << id % 32;
        }
        int one = onlyHeld ? slot->held[0] : number(0, vocabulary - 1);
        words[first + (size_t)one / 32] |= 1u << one % 32;
    }
    std::vector<float> before(logits.begin(), logits.end());
    emu::Buffer<i32> slotsOfRows(rowSlots, "row slots"), lengths(rowLengths, "lengths"),
        masks(maskOfRow, "mask of row");
    emu::Buffer<u32> maskBuffer(words, "masks");
    emu::Buffer<i32> tokens((size_t)rows, "tokens"), statuses((size_t)rows, "statuses");
    emu::Buffer<u32> barriers((size_t)groups * 32, "barriers"), tickets((size_t)rows, "tickets");
    emu::Buffer<u64> bins((size_t)groups * drawing::GROUP_BINS, "bins");
    emu::Buffer<drawing::Partial> rowPartials((size_t)rows * drawing::MAX_GROUP, "row partials");
    emu::Buffer<drawing::Partial> groupPartials((size_t)groups * drawing::MAX_GROUP, "group partials");
    std::fill(barriers.begin(), barriers.end(), 0);
    std::fill(tickets.begin(), tickets.end(), 0);
    std::fill(bins.begin(), bins.end(), 0);
    for (int i = 0; i < device.slotCount; i++) device.lastTokens[i] = -7;
    int chunk = ((vocabulary + groupBlocks - 1) / groupBlocks + 3) / 4 * 4;
    size_t sharedBytes = drawing::VALUES_OFFSET + (size_t)chunk * sizeof(float);
    members::launch(groups * groupBlocks, SAMPLE_THREADS, sharedBytes, [&] {
        drawing::sample(logits, slotsOfRows, lengths, masked ? maskBuffer.data() : nullptr,
                        masked ? masks.data() : nullptr, device.params, device.counts, device.biases, device.held,
                        device.lastTokens, tokens, statuses, barriers, tickets, rowPartials, groupPartials, bins, rows,
                        vocabulary, groupBlocks, chunk);
    });
    for (int r = 0; r < rows; r++) {
        std::string where =
            emu::text("row %d of %d, vocabulary %d, %d x %d blocks", r, rows, vocabulary, groups, groupBlocks);
        if (rowSlots[(size_t)r] < 0) {
            emu::expect(tokens[r] == -1 && statuses[r] == -1, "padding stays as it is: " + where);
            continue;
        }
        Slot& slot = device.slots[(size_t)rowSlots[(size_t)r]];
        i32 mask = maskOfRow[(size_t)r];
        reference::Draw expected =
            reference::draw(before.data() + (size_t)r * (size_t)vocabulary, vocabulary, slot, rowLengths[(size_t)r],
                            mask < 0 ? nullptr : words.data() + (size_t)mask * maskWords);
        int last = device.lastTokens[rowSlots[(size_t)r]];
        emu::expect(statuses[r] == (expected.token < 0 ? 1 : 0), "status: " + where);
        emu::expect(last == (tokens[r] < 0 ? -7 : tokens[r]), "last token: " + where);
        bool clear = expected.slack > 1e-9;
        (clear ? compared : unclear)++;
        const SlotParams& p = slot.params;
        emu::expect(
            !clear || tokens[r] == expected.token,
            where +
                emu::text(": token %d, expected %d; slack %g, flags %d, 1/T %g, k %d, p %g, minP %g, held %d, mask %d",
                          tokens[r], expected.token, expected.slack, p.flags, p.inverseTemperature, p.topK, p.topP,
                          p.minP, p.heldCount, mask));
        if (tokens[r] >= 0 && p.flags & SLOT_COUNTED) {
            slot.answer.push_back(tokens[r]);
            device.expectCounts(rowSlots[(size_t)r]);
        }
    }
    emu::expect(memcmp(before.data(), logits.data(), before.size() * sizeof(float)) == 0, "logits stay as they are");
    bool clean = true;
    for (u64 bin : bins) clean = clean && bin == 0;
    for (u32 ticket : tickets) clean = clean && ticket == 0;
    for (u32 barrier : barriers) clean = clean && (barrier & 0x7fffffffu) == 0;
    emu::expect(clean, "scratch memory is as it was");
}

static void givesLogprobs(int vocabulary, int rows) {
    emu::Buffer<float> logits((size_t)rows * (size_t)vocabulary, "logits");
    std::vector<scores::LogprobRequest> list;
    std::vector<i32> drawnTokens;
    for (int r = 0; r < rows; r++) {
        fillRow(logits + r * vocabulary, vocabulary);
        drawnTokens.push_back(chance(0.1) ? -1 : number(0, vocabulary - 1));
        for (int i = number(0, 2); i >= 0; i--) {
            list.push_back({r, chance(0.5) ? -1 : number(0, vocabulary - 1), chance(0.3) ? 0 : number(1, 20), 0});
        }
    }
    int n = (int)list.size(), blocks = (vocabulary + scores::CHUNK - 1) / scores::CHUNK;
    emu::Buffer<scores::LogprobRequest> requests(list, "requests");
    emu::Buffer<i32> drawn(drawnTokens, "drawn");
    emu::Buffer<scores::LogprobEntry> entries((size_t)n, "entries");
    emu::Buffer<u32> tickets((size_t)n, "tickets");
    emu::Buffer<scores::Partial> partials((size_t)(n * blocks), "partials");
    std::fill(tickets.begin(), tickets.end(), 0);
    emu::launch(dim3((unsigned)blocks, (unsigned)n), scores::THREADS, scores::CHUNK * sizeof(float),
                [&] { scores::logprobs(logits, requests, drawn, entries, tickets, partials, vocabulary); });
    for (int i = 0; i < n; i++) {
        const float* row = logits + list[(size_t)i].row * vocabulary;
        int token = list[(size_t)i].tokenId < 0 ? drawnTokens[(size_t)list[(size_t)i].row] : list[(size_t)i].tokenId;
        const scores::LogprobEntry& entry = entries[i];
        double most = -INFINITY, sum = 0;
        bool bad = token < 0;
        std::vector<int> order;
        for (int id = 0; id < vocabulary; id++) {
            bad = bad || !(row[id] < INFINITY);
            most = std::max(most, (double)row[id]);
            order.push_back(id);
        }
        bad = bad || most == -INFINITY;
        emu::expect(tickets[i] == 0 && entry.tokenId == token, "ticket and token of an entry");
        if (bad) {
            emu::expect(entry.topCount == -1 && std::isnan(entry.logprob), "a bad entry");
            continue;
        }
        for (int id = 0; id < vocabulary; id++) sum += std::exp(row[id] - most);
        double logSum = most + std::log(sum);
        auto close = [&](float actual, int id) {
            double expected = row[id] - logSum;
            return std::isinf(expected) ? actual == expected
                                        : std::fabs(actual - expected) < 1e-6 * (1 + std::fabs(expected));
        };
        emu::expect(close(entry.logprob, token),
                    emu::text("logprob %g, expected %g", entry.logprob, row[token] - logSum));
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return row[a] > row[b]; });
        int top = std::min(list[(size_t)i].topCount, vocabulary);
        emu::expect(entry.topCount == top, "number of likeliest");
        for (int j = 0; j < top; j++) {
            emu::expect(entry.topTokenIds[j] == order[(size_t)j], emu::text("likeliest %d of %d", j, top));
            emu::expect(close(entry.topLogprobs[j], order[(size_t)j]), "logprob of a likeliest");
        }
    }
}

int main() {
    emu::expect((u64)(reference::uniform(7, 3, 41) * 0x1p53) == random_bits(7, 3, 41) >> 11, "random numbers");
    emu::expect(multiply_high(0xfedcba9876543210ull, 0x123456789abcdef1ull) ==
                    (u64)((unsigned __int128)0xfedcba9876543210ull * 0x123456789abcdef1ull >> 64),
                "upper half of a product");
    const int shapes[][3] = {{203, 1, 1},  {203, 3, 2},  {1000, 1, 3}, {1000, 4, 3},
                             {1001, 5, 2}, {5000, 2, 5}, {37, 15, 1},  {5, 2, 1}};
    for (int round = 0; round < 12; round++) {
        for (const int* shape : shapes) {
            Device device(shape[0], number(1, 9));
            initSlots(device);
            if (chance(0.3)) forksSlots(device);
            drawsAsTheReference(device, number(1, 11), shape[1], shape[2], chance(0.5));
        }
    }
    Device large(128256, 4);
    initSlots(large);
    drawsAsTheReference(large, 4, 12, 1, true);
    for (int vocabulary : {5, 203, 1000, 8192, 20001}) givesLogprobs(vocabulary, 6);
    emu::expect(compared > 20 * unclear, emu::text("%d draws clear, %d not", compared, unclear));
    return emu::finish("sampling");
}
