"""Makes src/test/resources/golden/models: tiny random models as GGUF, and the logits that they must give.

Run from the repository's root with numpy and gguf (and, for the cross-check, torch and transformers):
    python src/test/python/make_golden_models.py

The reference below is written from the definition of the architectures, in float64, over Hugging Face's row order (rotation
in halves). GGUF's llama files hold query and key rows permuted for interleaved rotation: a runner that mixes the two up
fails. transformers' own modules, in float32, must agree with the reference, or nothing is written.

So that a wrong runner cannot pass:
  * logits have a standard deviation of at least 2, and attention is far from uniform (both asserted below);
  * norm epsilons are large beside the activations' mean square, so that a wrong epsilon shows;
  * prompts run beyond the original context of the scaled variants.
Weights of F32 files are rounded to few bits, so that the files compress; the arithmetic is as hard as ever.
"""

import dataclasses
import gzip
import pathlib
import sys
import tempfile

import gguf
import numpy as np
from gguf import quants
from gguf.constants import GGMLQuantizationType

SEED = 20251122
FOLDER = pathlib.Path("src/test/resources/golden/models")


@dataclasses.dataclass
class Variant:
    name: str
    arch: str = "llama"
    kind: str = "F32"
    head_kind: str = "F32"
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 16
    hidden: int = 64
    intermediate: int = 96
    layers: int = 2
    vocabulary: int = 97
    tied: bool = False
    theta: float = 10000.0
    epsilon: float = 0.01
    prompt: int = 48
    context: int = 128
    scaling: str = "none"
    factor: float = 4.0
    original_context: int = 32
    low: float = 1.0
    high: float = 4.0
    steps: int = 128  # weights are whole multiples of one over this, so that files compress
    windows: tuple = ()  # tokens that each layer sees, None for all; empty for all everywhere

    @property
    def bias(self):
        return self.arch == "qwen2"

    @property
    def qk_norm(self):
        return self.arch == "qwen3"


VARIANTS = [
    Variant("mha", kv_heads=4, tied=True),
    Variant("gqa", heads=8, kv_heads=2, theta=500.0),
    Variant("gqa-q4_0", kind="Q4_0", head_kind="Q8_0"),
    Variant("gqa-q4_1", kind="Q4_1", head_kind="Q8_0", tied=True, heads=8, layers=3),
    Variant("gqa-q8_0", kind="Q8_0", head_kind="Q8_0"),
    Variant("linear", kind="F16", head_kind="F16", kv_heads=1, scaling="linear", prompt=80),
    Variant("llama3", kind="BF16", head_kind="BF16", scaling="llama3", prompt=96),
    Variant("qwen2", arch="qwen2", kind="F16", head_kind="F16", tied=True, theta=1000.0),
    Variant("qwen3", arch="qwen3", kind="BF16", head_kind="BF16", head_dim=32),
]


def random_weights(v, rng):
    """Weights by Hugging Face's names, scaled so that logits spread and attention chooses."""

    def matrix(rows, columns, gain):
        return (np.round(rng.standard_normal((rows, columns)) * gain / np.sqrt(columns) * v.steps) / v.steps).astype(
            np.float32
        )

    def norm(size):
        return np.round(rng.uniform(0.5, 1.5, size), 2).astype(np.float32)

    q, kv = v.heads * v.head_dim, v.kv_heads * v.head_dim
    w = {"model.embed_tokens.weight": matrix(v.vocabulary, v.hidden, 2.8), "model.norm.weight": norm(v.hidden)}
    if not v.tied:
        w["lm_head.weight"] = matrix(v.vocabulary, v.hidden, 2.8)
    for i in range(v.layers):
        p = f"model.layers.{i}."
        w[p + "input_layernorm.weight"] = norm(v.hidden)
        w[p + "self_attn.q_proj.weight"] = matrix(q, v.hidden, 1.6)
        w[p + "self_attn.k_proj.weight"] = matrix(kv, v.hidden, 1.6)
        w[p + "self_attn.v_proj.weight"] = matrix(kv, v.hidden, 1.0)
        w[p + "self_attn.o_proj.weight"] = matrix(v.hidden, q, 0.4)
        w[p + "post_attention_layernorm.weight"] = norm(v.hidden)
        w[p + "mlp.gate_proj.weight"] = matrix(v.intermediate, v.hidden, 1.5)
        w[p + "mlp.up_proj.weight"] = matrix(v.intermediate, v.hidden, 1.0)
        w[p + "mlp.down_proj.weight"] = matrix(v.hidden, v.intermediate, 0.4)
        if v.bias:
            for part, size in (("q", q), ("k", kv), ("v", kv)):
                w[p + f"self_attn.{part}_proj.bias"] = np.round(rng.standard_normal(size), 2).astype(np.float32)
        if v.qk_norm:
            w[p + "self_attn.q_norm.weight"] = norm(v.head_dim) + np.float32(0.3)
            w[p + "self_attn.k_norm.weight"] = norm(v.head_dim) + np.float32(0.3)
    return w


def kind_of(v, name, weight):
    if weight.ndim == 1:
        return GGMLQuantizationType.F32
    return GGMLQuantizationType[v.head_kind if "embed" in name or "lm_head" in name else v.kind]


def as_stored(v, weights):
    """What the file's numbers mean: the reference computes with these."""
    return {
        name: quants.dequantize(quants.quantize(w, kind_of(v, name, w)), kind_of(v, name, w)).reshape(w.shape)
        for name, w in weights.items()
    }


def frequencies(v):
    f = v.theta ** (-np.arange(0, v.head_dim, 2) / v.head_dim)
    if v.scaling == "linear":
        return f / v.factor
    return f / llama3_factors(v, f) if v.scaling == "llama3" else f


def llama3_factors(v, f):
    wavelength = 2 * np.pi / f
    smooth = (v.original_context / wavelength - v.low) / (v.high - v.low)
    middle = 1 / ((1 - smooth) / v.factor + smooth)
    long, short = wavelength > v.original_context / v.low, wavelength < v.original_context / v.high
    factors = np.where(long, v.factor, np.where(short, 1.0, middle))
    assert long.any() and short.any() and (~long & ~short).any(), "every branch must be seen"
    return factors


def reference(v, stored, tokens):
    """Logits of every position, and the mean entropy of attention over that of uniform attention."""
    w = {name: a.astype(np.float64) for name, a in stored.items()}
    n = len(tokens)
    angles = np.arange(n)[:, None] * frequencies(v)[None, :]
    cos, sin = (np.concatenate([f(angles)] * 2, axis=-1)[:, None, :] for f in (np.cos, np.sin))

    def rms(x, g):
        return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + v.epsilon) * g

    def rotate(x):
        half = v.head_dim // 2
        return x * cos + np.concatenate([-x[..., half:], x[..., :half]], axis=-1) * sin

    def mask(layer):
        window = v.windows[layer] if v.windows else None
        back = np.arange(n)[:, None] - np.arange(n)[None, :]
        return np.where((back >= 0) & (back < (window or n)), 0, -np.inf)

    x = w["model.embed_tokens.weight"][tokens]
    entropies = []
    for i in range(v.layers):
        p = f"model.layers.{i}."
        h = rms(x, w[p + "input_layernorm.weight"])
        q, k, val = (
            (h @ w[p + f"self_attn.{part}_proj.weight"].T + w.get(p + f"self_attn.{part}_proj.bias", 0)).reshape(
                n, -1, v.head_dim
            )
            for part in "qkv"
        )
        if v.qk_norm:
            q, k = rms(q, w[p + "self_attn.q_norm.weight"]), rms(k, w[p + "self_attn.k_norm.weight"])
        q, k = rotate(q), rotate(k)
        group = v.heads // v.kv_heads
        k, val = np.repeat(k, group, axis=1), np.repeat(val, group, axis=1)
        scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(v.head_dim) + mask(i)
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        probabilities = e / e.sum(axis=-1, keepdims=True)
        late = probabilities[:, 8:]
        entropy = -(late * np.log(late + 1e-300)).sum(axis=-1) / np.log(np.arange(9, n + 1))
        entropies.append(entropy.mean())
        x = x + np.einsum("hqk,khd->qhd", probabilities, val).reshape(n, -1) @ w[p + "self_attn.o_proj.weight"].T
        h = rms(x, w[p + "post_attention_layernorm.weight"])
        gate = h @ w[p + "mlp.gate_proj.weight"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ w[p + "mlp.up_proj.weight"].T)) @ w[p + "mlp.down_proj.weight"].T
    head = w["model.embed_tokens.weight" if v.tied else "lm_head.weight"]
    return rms(x, w["model.norm.weight"]) @ head.T, float(np.mean(entropies))


def check_against_transformers(v, stored, tokens, logits):
    try:
        import torch
        import transformers
    except ImportError:
        print("  transformers is not here: NOT cross-checked", file=sys.stderr)
        return
    rope = {"rope_type": "default", "rope_theta": v.theta}
    if v.scaling == "linear":
        rope |= {"rope_type": "linear", "factor": v.factor}
    if v.scaling == "llama3":
        rope |= {
            "rope_type": "llama3",
            "factor": v.factor,
            "low_freq_factor": v.low,
            "high_freq_factor": v.high,
            "original_max_position_embeddings": v.original_context,
        }
    family = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}[v.arch]
    config = getattr(transformers, family + "Config")(
        vocab_size=v.vocabulary,
        hidden_size=v.hidden,
        intermediate_size=v.intermediate,
        num_hidden_layers=v.layers,
        num_attention_heads=v.heads,
        num_key_value_heads=v.kv_heads,
        head_dim=v.head_dim,
        max_position_embeddings=v.context,
        rms_norm_eps=v.epsilon,
        rope_parameters=rope,
        tie_word_embeddings=v.tied,
        attn_implementation="eager",
    )
    model = getattr(transformers, family + "ForCausalLM")(config).eval()
    missing, unexpected = model.load_state_dict({k: torch.from_numpy(a.copy()) for k, a in stored.items()}, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    with torch.no_grad():
        theirs = model(torch.tensor([tokens.tolist()])).logits[0].double().numpy()
    error = np.abs(theirs - logits).max() / np.abs(logits).max()
    print(f"  transformers {transformers.__version__} agrees within {error:.1e} of the largest logit")
    assert error < 2e-5, error


def permuted(w, heads):
    """Rows of each head from halves to interleaved pairs, as GGUF's llama files have them."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape)


def gguf_name(name):
    names = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    names |= {"lm_head.weight": "output.weight"}
    if name in names:
        return names[name]
    _, _, layer, rest = name.split(".", 3)
    parts = {
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "self_attn.q_norm": "attn_q_norm",
        "self_attn.k_norm": "attn_k_norm",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }
    stem, suffix = rest.rsplit(".", 1)
    return f"blk.{layer}.{parts[stem]}.{suffix}"


def write_gguf(v, weights, path):
    out = gguf.GGUFWriter(path, v.arch)
    out.add_name(v.name)
    out.add_vocab_size(v.vocabulary)
    out.add_context_length(v.context)
    out.add_embedding_length(v.hidden)
    out.add_block_count(v.layers)
    out.add_feed_forward_length(v.intermediate)
    out.add_head_count(v.heads)
    out.add_head_count_kv(v.kv_heads)
    if v.head_dim * v.heads != v.hidden:
        out.add_key_length(v.head_dim)
        out.add_value_length(v.head_dim)
    out.add_rope_dimension_count(v.head_dim)
    out.add_rope_freq_base(v.theta)
    out.add_layer_norm_rms_eps(v.epsilon)
    if v.scaling == "linear":
        out.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        out.add_rope_scaling_factor(v.factor)
    if v.scaling == "llama3":
        plain = v.theta ** (-np.arange(0, v.head_dim, 2) / v.head_dim)
        out.add_tensor("rope_freqs.weight", llama3_factors(v, plain).astype(np.float32))
    for name, w in weights.items():
        if v.arch == "llama" and "q_proj.weight" in name:
            w = permuted(w, v.heads)
        if v.arch == "llama" and "k_proj.weight" in name:
            w = permuted(w, v.kv_heads)
        kind = kind_of(v, name, w)
        out.add_tensor(gguf_name(name), quants.quantize(w, kind), raw_dtype=kind)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def write_packed(path, content):
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    return path.stat().st_size


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    total = 0
    for index, v in enumerate(VARIANTS):
        rng = np.random.default_rng([SEED, index])
        weights = random_weights(v, rng)
        tokens = rng.integers(0, v.vocabulary, v.prompt).astype("<i4")
        stored = as_stored(v, weights)
        logits, entropy = reference(v, stored, tokens)
        print(f"{v.name}: logits std {logits.std():.2f}, max {np.abs(logits).max():.1f}, attention entropy {entropy:.2f}")
        assert logits.std() >= 2 and entropy < 0.75
        check_against_transformers(v, stored, tokens, logits)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "m.gguf"
            write_gguf(v, weights, path)
            model = write_packed(FOLDER / f"{v.name}.gguf.gz", path.read_bytes())
        shape = np.array([v.prompt, v.vocabulary], "<i4")
        golden = write_packed(
            FOLDER / f"{v.name}.logits.gz", shape.tobytes() + tokens.tobytes() + logits.astype("<f4").tobytes()
        )
        print(f"  {model} + {golden} bytes")
        total += model + golden
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
