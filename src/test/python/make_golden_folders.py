"""Makes src/test/resources/golden/folders: tiny random Hugging Face folders, and the logits that they must give.

Run from the repository's root with numpy, gguf, safetensors, torch and transformers:
    python src/test/python/make_golden_folders.py

Each variant is one zip: config.json and weights as published models have them, and golden.bin beside them (the format is in
the README there). Logits come from the float64 reference of make_golden_models.py over the numbers as stored. transformers
must open the folder itself and agree, or nothing is written; so a configuration that we read otherwise than it does shows.
The same care as there: logits spread, attention chooses, norms' epsilon is large, prompts run past scaled contexts and
windows.
"""

import dataclasses
import io
import json
import pathlib
import struct
import tempfile
import zipfile

import numpy as np
import torch
import transformers
from safetensors.torch import save

from make_golden_models import SEED, Variant, random_weights, reference

FOLDER = pathlib.Path("src/test/resources/golden/folders")
TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}


@dataclasses.dataclass
class Folder:
    model: Variant
    dtype: str
    config: dict  # beside the sizes
    shards: int = 1
    padding: int = 0  # bytes that the header is longer than it need be: misaligns the data
    extra: dict = dataclasses.field(default_factory=dict)  # redundant tensors


def variant(name, **changes):
    base = dict(hidden=48, intermediate=64, vocabulary=67, steps=32, prompt=64)
    return Variant(name, **(base | changes))


def folders():
    yield Folder(
        variant("llama3", scaling="llama3", theta=10000.0, prompt=96),
        "bfloat16",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "rope_theta": 10000.0,
            "rope_scaling": {
                "factor": 4.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 32,
                "rope_type": "llama3",
            },
            "torch_dtype": "bfloat16",
        },
        shards=3,
        extra={"model.layers.0.self_attn.rotary_emb.inv_freq": np.ones(8, np.float32)},
    )
    yield Folder(
        variant("mistral", windows=(9, 9), theta=500.0, heads=8, kv_heads=2),
        "float32",
        {
            "architectures": ["MistralForCausalLM"],
            "model_type": "mistral",
            "rope_theta": 500.0,
            "sliding_window": 9,
            "torch_dtype": "float32",
        },
        padding=3,
    )
    yield Folder(
        variant("qwen2", arch="qwen2", tied=True, theta=1000.0, layers=3, windows=(None, 11, 11)),
        "float16",
        {
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            "rope_parameters": {"rope_theta": 1000.0, "rope_type": "default"},
            "use_sliding_window": True,
            "sliding_window": 11,
            "max_window_layers": 1,
            "dtype": "float16",
        },
        shards=2,
    )
    yield Folder(
        variant("qwen3", arch="qwen3", head_dim=32, theta=10000.0, scaling="linear", factor=2.0),
        "bfloat16",
        {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "rope_theta": 10000.0,
            "rope_scaling": {"type": "linear", "factor": 2.0},
            "dtype": "bfloat16",
        },
    )


def config_of(folder):
    v = folder.model
    sizes = {
        "vocab_size": v.vocabulary,
        "hidden_size": v.hidden,
        "intermediate_size": v.intermediate,
        "num_hidden_layers": v.layers,
        "num_attention_heads": v.heads,
        "num_key_value_heads": v.kv_heads,
        "max_position_embeddings": v.context,
        "rms_norm_eps": v.epsilon,
        "tie_word_embeddings": v.tied,
        "hidden_act": "silu",
        "eos_token_id": 1,
    }
    if v.head_dim * v.heads != v.hidden:
        sizes["head_dim"] = v.head_dim
    return json.dumps(folder.config | sizes, indent=2).encode()


def padded(file, spaces):
    length = struct.unpack("<Q", file[:8])[0]
    return struct.pack("<Q", length + spaces) + file[8 : 8 + length] + b" " * spaces + file[8 + length :]


def weight_files(folder, tensors):
    """Name to bytes; several shards have an index."""
    names = list(tensors)
    parts = [names[i :: folder.shards] for i in range(folder.shards)]
    files, places = {}, {}
    for number, part in enumerate(parts, 1):
        name = "model.safetensors" if folder.shards == 1 else f"model-{number:05}-of-{folder.shards:05}.safetensors"
        files[name] = padded(save({n: tensors[n] for n in part}, metadata={"format": "pt"}), folder.padding)
        places |= {n: name for n in part}
    if folder.shards > 1:
        index = {"metadata": {"total_size": sum(map(len, files.values()))}, "weight_map": places}
        files["model.safetensors.index.json"] = json.dumps(index).encode()
    return files


def check_against_transformers(files, tokens, logits):
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (pathlib.Path(place) / name).write_bytes(content)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            place, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        with torch.no_grad():
            theirs = model(torch.tensor([tokens.tolist()])).logits[0].double().numpy()
    error = np.abs(theirs - logits).max() / np.abs(logits).max()
    print(f"  transformers {transformers.__version__} agrees within {error:.1e} of the largest logit")
    assert error < 2e-5, error


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    total = 0
    for index, folder in enumerate(folders()):
        v = folder.model
        rng = np.random.default_rng([SEED, 100 + index])
        weights = random_weights(v, rng)
        tokens = rng.integers(0, v.vocabulary, v.prompt).astype("<i4")
        tensors = {n: torch.from_numpy(w).to(TYPES[folder.dtype]) for n, w in weights.items()}
        stored = {n: t.to(torch.float64).numpy() for n, t in tensors.items()}
        logits, entropy = reference(v, stored, tokens)
        print(f"{v.name}: logits std {logits.std():.2f}, max {np.abs(logits).max():.1f}, attention entropy {entropy:.2f}")
        assert logits.std() >= 2 and entropy < 0.75
        tensors |= {n: torch.from_numpy(w) for n, w in folder.extra.items()}
        files = {"config.json": config_of(folder)} | weight_files(folder, tensors)
        check_against_transformers(files, tokens, logits)
        shape = np.array([v.prompt, v.vocabulary], "<i4")
        files["golden.bin"] = shape.tobytes() + tokens.tobytes() + logits.astype("<f4").tobytes()
        content = zipped(files)
        (FOLDER / f"{v.name}.zip").write_bytes(content)
        print(f"  {len(content)} bytes")
        total += len(content)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
