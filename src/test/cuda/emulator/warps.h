// What the lanes of a warp do together: each puts its operands in the warp's table; when the last has come, one
// computation fills in all results.
#pragma once

namespace emu {
inline void meet(const char* operation, void (*work)(Warp&)) {
    Warp& w = warp();
    if (w.arrived != 0 && strcmp(w.operation, operation) != 0) {
        fail(text("lane %d reaches %s while lanes %08x wait in %s", lane(), operation, w.arrived, w.operation));
    }
    w.operation = operation;
    w.work = work;
    w.arrived |= 1u << lane();
    self().operation = operation;
    self().state = State::WARP;
    machine.events++;
    yield();
}

inline void requireFullWarp(const Warp& w, const char* operation) {
    if (w.live == 0xffffffffu) return;
    fail(text("warp %td: %s: only the lanes %08x are there", &w - machine.warps, operation, w.live));
}

inline void nothing(Warp&) {
}

// ---- shuffles and votes ----

inline void shuffleWork(Warp& w) {
    for (int l = 0; l < WARP; l++) {
        if (!(w.arrived >> l & 1)) continue;
        u32 source = w.in[l][1];
        w.out[l][0] = w.arrived >> source & 1 ? w.in[source][0] : 0xffffffffu; // undefined of an ended lane: poison
    }
}

template <typename T>
T shuffle(u32 mask, T value, int source, const char* operation) {
    static_assert(sizeof(T) == 4, "shuffles move 4 bytes");
    if (mask != 0xffffffffu) fail(text("%s: the mask %08x is not full", operation, mask));
    u32* in = warp().in[lane()];
    memcpy(in, &value, 4);
    in[1] = (u32)(source < 0 || source >= WARP ? lane() : source);
    meet(operation, shuffleWork);
    memcpy(&value, warp().out[lane()], 4);
    return value;
}

inline void ballotWork(Warp& w) {
    u32 votes = 0;
    for (int l = 0; l < WARP; l++) votes |= (w.arrived >> l & 1 && w.in[l][0]) ? 1u << l : 0;
    for (int l = 0; l < WARP; l++) w.out[l][0] = votes;
}

inline u32 vote(u32 mask, bool condition, const char* operation) {
    if (mask != 0xffffffffu) fail(text("%s: the mask %08x is not full", operation, mask));
    warp().in[lane()][0] = condition;
    meet(operation, ballotWork);
    return warp().out[lane()][0];
}

// ---- matrices: the fragment layouts of PTX ISA, "Matrix Fragments for mma.m16n8k16" and "ldmatrix" ----

inline void mmaWork(Warp& w) {
    requireFullWarp(w, "mma_m16n8k16");
    auto element = [](u32 word, int half) { return (double)elementValue((u16)(half ? word >> 16 : word & 0xffff)); };
    double a[16][16], b[16][8];
    for (int l = 0; l < WARP; l++) {
        int g = l / 4, t = l % 4;
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 4; i++) a[g + 8 * (i & 1)][2 * t + half + 8 * (i >> 1)] = element(w.in[l][i], half);
            for (int i = 0; i < 2; i++) b[2 * t + half + 8 * i][g] = element(w.in[l][4 + i], half);
        }
    }
    for (int l = 0; l < WARP; l++) {
        for (int i = 0; i < 4; i++) {
            int row = l / 4 + 8 * (i >> 1), column = 2 * (l % 4) + (i & 1);
            float c;
            memcpy(&c, &w.in[l][6 + i], 4);
            double sum = c;
            for (int k = 0; k < 16; k++) sum += a[row][k] * b[k][column];
            float d = (float)sum;
            memcpy(&w.out[l][i], &d, 4);
        }
    }
}

template <int N, bool TRANSPOSED>
void ldmatrixWork(Warp& w) {
    requireFullWarp(w, "ldmatrix");
    for (int j = 0; j < N; j++) {
        u16 m[8][8];
        for (int row = 0; row < 8; row++) memcpy(m[row], resolve(w.in[j * 8 + row][0], 16, 16, "ldmatrix"), 16);
        for (int l = 0; l < WARP; l++) {
            int g = l / 4, t = 2 * (l % 4);
            u32 low = TRANSPOSED ? m[t][g] : m[g][t], high = TRANSPOSED ? m[t + 1][g] : m[g][t + 1];
            w.out[l][j] = low | high << 16;
        }
    }
}

template <int N, bool TRANSPOSED>
void ldmatrix(u32 (&r)[N], u32 address, const char* operation) {
    warp().in[lane()][0] = address;
    meet(operation, ldmatrixWork<N, TRANSPOSED>);
    memcpy(r, warp().out[lane()], sizeof r);
}
} // namespace emu
