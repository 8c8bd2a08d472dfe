"""Rival for CpuSpeed: llama.cpp built natively from the llama-cpp-python sdist, 2 threads, same shapes. Usage:
rival_llama_cpp.py MODEL.gguf [ROUNDS]; prints tokens a second of each round, with (_fa) and without flash attention.
"""

import sys, time, ctypes, json
import llama_cpp as L

L.llama_backend_init()
mp = L.llama_model_default_params()
mp.n_gpu_layers = 0
model = L.llama_model_load_from_file(sys.argv[1].encode(), mp)


def ctx(nseq, fa=0):
    cp = L.llama_context_default_params()
    cp.n_ctx = 8192
    cp.n_batch = 512
    cp.n_ubatch = 512
    cp.n_threads = 2
    cp.n_threads_batch = 2
    cp.n_seq_max = nseq
    if hasattr(cp, "flash_attn_type"):
        cp.flash_attn_type = fa
    return L.llama_init_from_model(model, cp)


batch = L.llama_batch_init(512, 0, 1)


def decode(c, items):
    batch.n_tokens = len(items)
    for i, (t, p, s, lg) in enumerate(items):
        batch.token[i] = t
        batch.pos[i] = p
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = s
        batch.logits[i] = lg
    r = L.llama_decode(c, batch)
    assert r == 0, r
    L.llama_get_logits_ith(c, len(items) - 1)


rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
best = {}


def rec(k, v):
    best.setdefault(k, []).append(v)


toks = [(i * 7919) % 40000 + 100 for i in range(512)]
c1 = ctx(1)
c1f = ctx(1, 1)
c8 = ctx(8)
for r in range(rounds):
    for name, c in (("prefill512", c1), ("prefill512_fa", c1f)):
        L.llama_memory_clear(L.llama_get_memory(c), True)
        t = time.perf_counter()
        decode(c, [(toks[i], i, 0, i == 511) for i in range(512)])
        rec(name, 512 / (time.perf_counter() - t))
    for name, c in (("decode1", c1), ("decode1_fa", c1f)):
        L.llama_memory_clear(L.llama_get_memory(c), True)
        decode(c, [(toks[i], i, 0, i == 31) for i in range(32)])
        t = time.perf_counter()
        for i in range(96):
            decode(c, [(toks[i], 32 + i, 0, 1)])
        rec(name, 96 / (time.perf_counter() - t))
    L.llama_memory_clear(L.llama_get_memory(c8), True)
    for s in range(8):
        decode(c8, [(toks[i] + s, i, s, i == 31) for i in range(32)])
    t = time.perf_counter()
    for i in range(48):
        decode(c8, [(toks[i] + s, 32 + i, s, 1) for s in range(8)])
    rec("decode8", 48 * 8 / (time.perf_counter() - t))
print(json.dumps({k: [round(x, 1) for x in v] for k, v in best.items()}))
