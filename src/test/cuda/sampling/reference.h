// What sampling must give, in double, by sorting everything.
#pragma once

namespace reference {
struct Slot {
    SlotParams params;
    std::vector<BiasEntry> biases;
    std::vector<i32> held;
    std::vector<i32> prompt, answer;
};

// A token, or -1 for a bad row. slack: how far, relative to all that counted, the nearest decision was from going
// another way.
struct Draw {
    int token = -1;
    double slack = 1;
};

inline double uniform(u64 seed, int choice, int position) {
    auto mix = [](u64 v) {
        v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9ull;
        v = (v ^ (v >> 27)) * 0x94D049BB133111EBull;
        return v ^ (v >> 31);
    };
    u64 m = mix(seed + 0x9E3779B97F4A7C15ull);
    m = mix(m ^ (((u64)(i64)choice << 32) | ((u64)(i64)position & 0xFFFFFFFFull)));
    return (double)(mix(m + 0x9E3779B97F4A7C15ull) >> 11) * 0x1p-53;
}

inline float most(const std::vector<float>& x) {
    return *std::max_element(x.begin(), x.end());
}

// The logits after bias, penalties, mask and what is held back; empty where the row is bad.
inline std::vector<float> changed(const float* logits, int vocabulary, const Slot& slot, int position,
                                  const u32* mask) {
    std::vector<float> x(logits, logits + vocabulary);
    for (float each : x) {
        if (!(each < INFINITY)) return {};
    }
    for (BiasEntry bias : slot.biases) x[(size_t)bias.tokenId] += bias.value;
    const SlotParams& p = slot.params;
    if (p.flags & SLOT_COUNTED) {
        std::map<int, std::pair<bool, int>> seen;
        for (int id : slot.prompt) seen[id].first = true;
        for (int id : slot.answer) seen[id].second++;
        for (auto& entry : seen) {
            double logit = x[(size_t)entry.first];
            logit = logit > 0 ? logit / p.repetition : logit * p.repetition;
            if (entry.second.second > 0) logit -= p.frequency * entry.second.second + p.presence;
            x[(size_t)entry.first] = (float)logit;
        }
    }
    for (int id = 0; mask && id < vocabulary; id++) {
        if (!(mask[id / 32] >> id % 32 & 1)) x[(size_t)id] = -INFINITY;
    }
    std::vector<float> all = x;
    if (position - p.promptTokens < p.minTokens) {
        for (int id : slot.held) x[(size_t)id] = -INFINITY;
    }
    if (most(x) == -INFINITY) x = all;
    return most(x) == -INFINITY ? std::vector<float>() : x;
}

inline Draw draw(const float* logits, int vocabulary, const Slot& slot, int position, const u32* mask) {
    std::vector<float> x = changed(logits, vocabulary, slot, position, mask);
    Draw result;
    if (x.empty()) return result;
    const SlotParams& p = slot.params;
    float top = most(x);
    if (p.flags & SLOT_GREEDY) {
        result.token = (int)(std::max_element(x.begin(), x.end()) - x.begin());
        return result;
    }
    std::vector<int> order;
    std::vector<double> weight((size_t)vocabulary);
    for (int id = 0; id < vocabulary; id++) {
        weight[(size_t)id] = exp_as_cpu((x[(size_t)id] - top) * p.inverseTemperature);
        if (weight[(size_t)id] >= p.minP && weight[(size_t)id] > 0) order.push_back(id);
    }
    auto w = [&](size_t i) { return weight[(size_t)order[i]]; };
    auto logit = [&](size_t i) { return x[(size_t)order[i]]; };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return x[(size_t)a] > x[(size_t)b]; });
    if (p.topK > 0 && (size_t)p.topK < order.size()) {
        size_t k = (size_t)p.topK;
        if (logit(k - 1) != logit(k)) result.slack = std::min(result.slack, w(k - 1) - w(k));
        order.resize(k);
    }
    double mass = 0, running = 0;
    for (int id : order) mass += weight[(size_t)id];
    if (p.topP < 1) {
        size_t stay = 0;
        while (stay < order.size() && running < p.topP * mass) {
            running += w(stay++);
            result.slack = std::min(result.slack, std::fabs(running / mass - p.topP));
        }
        if (stay < order.size() && logit(stay - 1) != logit(stay)) {
            result.slack = std::min(result.slack, w(stay - 1) - w(stay));
        }
        order.resize(stay);
    }
    std::sort(order.begin(), order.end());
    mass = running = 0;
    for (int id : order) mass += weight[(size_t)id];
    double u = uniform(p.seed, p.choiceIndex, position);
    for (int id : order) {
        running += weight[(size_t)id];
        result.slack = std::min(result.slack, std::fabs(running / mass - u));
        if (running > u * mass && result.token < 0) result.token = id;
    }
    return result;
}
}  // namespace reference
