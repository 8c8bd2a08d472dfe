"""Writes the greedy continuation of a real llama GGUF file, computed in float64 from its dequantised weights.

usage: make_golden_continuation.py MODEL.gguf OUT.txt PROMPT_ID[,PROMPT_ID...] TOKENS    (needs numpy and gguf)

OUT is text: the prompt's ids on the first line; then a line for each token of the answer: the chosen id, then
pairs id:logit of the ten largest logits there, the chosen one first.
"""

import sys

import gguf
import numpy as np


class Model:
    def __init__(self, path):
        reader = gguf.GGUFReader(path)
        self.fields = {k: f.contents() for k, f in reader.fields.items() if k.startswith("llama.")}
        self.tensors = {t.name: t for t in reader.tensors}
        self.keys, self.values = {}, {}
        self.length = 0

    def weight(self, name):
        t = self.tensors[name]
        flat = gguf.dequantize(t.data, t.tensor_type).astype(np.float64)
        return flat.reshape([int(n) for n in reversed(t.shape)])

    def norm(self, x, name):
        eps = self.fields["llama.attention.layer_norm_rms_epsilon"]
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * self.weight(name)

    def rotate(self, heads, positions):
        dim = heads.shape[-1]
        theta = self.fields["llama.rope.freq_base"]
        angles = positions[:, None] * theta ** (-np.arange(0, dim, 2) / dim)
        cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
        a, b = heads[..., 0::2], heads[..., 1::2]
        return np.stack([a * cos - b * sin, b * cos + a * sin], -1).reshape(heads.shape)

    def attend(self, layer, h, positions):
        heads = self.fields["llama.attention.head_count"]
        kv_heads = self.fields["llama.attention.head_count_kv"]
        p = f"blk.{layer}.attn_"
        q = self.rotate((h @ self.weight(p + "q.weight").T).reshape(len(h), heads, -1), positions)
        k = self.rotate((h @ self.weight(p + "k.weight").T).reshape(len(h), kv_heads, -1), positions)
        v = (h @ self.weight(p + "v.weight").T).reshape(len(h), kv_heads, -1)
        if layer in self.keys:
            k = np.concatenate([self.keys[layer], k])
            v = np.concatenate([self.values[layer], v])
        self.keys[layer], self.values[layer] = k, v
        out = np.zeros_like(q)
        for head in range(heads):
            kv = head // (heads // kv_heads)
            scores = q[:, head] @ k[:, kv].T / np.sqrt(q.shape[-1])
            scores = np.where(np.arange(len(k))[None] <= positions[:, None], scores, -np.inf)
            w = np.exp(scores - scores.max(-1, keepdims=True))
            out[:, head] = w / w.sum(-1, keepdims=True) @ v[:, kv]
        return out.reshape(len(h), -1) @ self.weight(p + "output.weight").T

    def logits(self, ids):
        positions = np.arange(self.length, self.length + len(ids), dtype=np.float64)
        x = self.weight("token_embd.weight")[ids]
        for layer in range(self.fields["llama.block_count"]):
            x = x + self.attend(layer, self.norm(x, f"blk.{layer}.attn_norm.weight"), positions)
            h = self.norm(x, f"blk.{layer}.ffn_norm.weight")
            gate = h @ self.weight(f"blk.{layer}.ffn_gate.weight").T
            up = h @ self.weight(f"blk.{layer}.ffn_up.weight").T
            x = x + (gate / (1 + np.exp(-gate)) * up) @ self.weight(f"blk.{layer}.ffn_down.weight").T
        self.length += len(ids)
        return self.norm(x[-1], "output_norm.weight") @ self.weight("token_embd.weight").T


def main():
    path, out, prompt, tokens = sys.argv[1], sys.argv[2], [int(i) for i in sys.argv[3].split(",")], int(sys.argv[4])
    model = Model(path)
    lines = [" ".join(map(str, prompt))]
    ids = prompt
    for _ in range(tokens):
        logits = model.logits(ids)
        best = np.argsort(-logits, kind="stable")[:10]
        lines.append(" ".join([str(best[0])] + [f"{i}:{logits[i]:.4f}" for i in best]))
        ids = [int(best[0])]
    with open(out, "w") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
