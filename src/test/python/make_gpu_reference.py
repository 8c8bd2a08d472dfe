"""Makes random Hugging Face checkpoints and the log-probabilities that transformers gives for them, on the GPU at hand.

Run on a machine with torch, transformers and a GPU:  python src/test/python/make_gpu_reference.py FOLDER
Then dev.javelin.cuda.runner.TransformersGpuTest compares (-Djavelin.reference=FOLDER, by default /tmp/javelin-reference).

One folder a model, in Hugging Face's form (config.json, model.safetensors in bf16), and beside it:
    tokens.i32       the prompt, POSITIONS ids
    exact.f32        [POSITIONS, vocabulary] log-probabilities in float64 arithmetic over the bf16 weights, on the CPU
    rounded.f32      the same from transformers' own bf16 run on the GPU: how far bf16 alone takes a right implementation
Weights are scaled so that logits spread (std >= 2) and attention is far from uniform; prompts run past the original context
of scaled rotations and past sliding windows. All little-endian.
"""

import pathlib
import sys

import numpy as np
import torch
import transformers

POSITIONS = 1000
SEED = 20261125


def shared(**extra):
    base = dict(
        vocab_size=512,
        hidden_size=512,
        intermediate_size=1024,
        num_hidden_layers=4,
        num_attention_heads=8,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        rms_norm_eps=1e-5,
        tie_word_embeddings=False,
        bos_token_id=0,
        eos_token_id=1,
    )
    base.update(extra)
    return base


LLAMA3_SCALING = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 256,
}

MODELS = {
    "llama": (transformers.LlamaConfig, shared()),
    "llama3": (transformers.LlamaConfig, shared(head_dim=128, rope_theta=500000.0, rope_scaling=LLAMA3_SCALING)),
    "mha-tied": (transformers.LlamaConfig, shared(num_key_value_heads=8, tie_word_embeddings=True)),
    "mistral": (transformers.MistralConfig, shared(sliding_window=97, head_dim=128)),
    "qwen2": (transformers.Qwen2Config, shared(rope_theta=1000000.0)),
    "qwen3": (transformers.Qwen3Config, shared(head_dim=128, rope_theta=1000000.0)),
    "wide-head": (transformers.LlamaConfig, shared(head_dim=256, num_attention_heads=4, num_key_value_heads=1)),
    "odd-head": (transformers.LlamaConfig, shared(head_dim=80, num_key_value_heads=4)),
}


def spread(model):
    """Random weights whose logits and attention are far from flat."""
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            if name.endswith("norm.weight"):
                parameter.normal_(1.0, 0.2)
            elif name.endswith("bias"):
                parameter.normal_(0.0, 0.3)
            elif "embed" in name:
                parameter.normal_(0.0, 1.0)
            else:
                gain = 1.4 if ("q_proj" in name or "k_proj" in name) else 1.0
                parameter.normal_(0.0, gain / parameter.shape[1] ** 0.5)
    with torch.no_grad():
        head = model.get_output_embeddings().weight
        head.mul_(3.0 if not model.config.tie_word_embeddings else 0.12)


def log_probabilities(model, tokens):
    with torch.no_grad():
        logits = model(tokens[None]).logits[0]
    return torch.log_softmax(logits.double(), -1), logits.double().std(-1).mean().item()


def make(folder, name, kind, arguments, index):
    torch.manual_seed(SEED + index)
    config = kind(**arguments)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    spread(model)
    model = model.to(torch.bfloat16)
    path = folder / name
    model.save_pretrained(path)
    tokens = torch.randint(2, config.vocab_size, (POSITIONS,))
    exact, std = log_probabilities(
        transformers.AutoModelForCausalLM.from_pretrained(path, dtype=torch.float64, attn_implementation="eager"), tokens
    )
    rounded, _ = log_probabilities(model.cuda(), tokens.cuda())
    assert std >= 2, (name, std)
    tokens.numpy().astype("<i4").tofile(path / "tokens.i32")
    exact.numpy().astype("<f4").tofile(path / "exact.f32")
    rounded.cpu().numpy().astype("<f4").tofile(path / "rounded.f32")
    noise = (rounded.cpu() - exact).abs()
    top = (rounded.cpu().argmax(-1) == exact.argmax(-1)).float().mean().item()
    print(f"{name}: logits std {std:.2f}, bf16 noise mean {noise.mean():.4f} max {noise.max():.3f}, same top-1 {top:.3f}")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for index, (name, (kind, arguments)) in enumerate(MODELS.items()):
        make(folder, name, kind, arguments, index)


if __name__ == "__main__":
    main()
