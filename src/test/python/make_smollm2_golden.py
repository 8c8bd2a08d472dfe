"""Makes src/test/resources/golden/smollm2/greedy.txt: SmolLM2's own greedy answers, by an independent implementation.

Run from the repository's root with torch, transformers and gguf:
    python src/test/python/make_smollm2_golden.py FILE   (SmolLM2-135M-Instruct.Q4_1.gguf)

transformers computes in float32 with the file's dequantised weights. For each prompt the file has one line
    prompt <ids>
then for each generated position, in order, one line of the reference's best candidates, best first:
    <id>:<logit> <id>:<logit> ...
The reference goes on with the first. A kernel that rounds activations may choose otherwise at near ties; so a test feeds
the reference's ids and asks that the id it would choose is listed within 0.3 of the best.
"""

import pathlib
import sys

import gguf
import numpy as np
import torch
import transformers
from gguf import quants

CANDIDATES = 12
NEW_TOKENS = 40
MARGIN = 1.0
OUT = pathlib.Path("src/test/resources/golden/smollm2/greedy.txt")
MESSAGES = [
    "What is the capital of France?",
    "Write a short story about a fox who learns to swim.",
    "Explain in three sentences why the sky is blue.",
    "List the first ten prime numbers.",
]


def halves(w, heads):
    """Rows of each head from interleaved pairs back to halves."""
    return w.reshape(heads, w.shape[0] // heads // 2, 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape)


def load(path):
    reader = gguf.GGUFReader(path)
    value = lambda key: reader.fields[key].contents()
    heads, kv_heads = value("llama.attention.head_count"), value("llama.attention.head_count_kv")
    config = transformers.LlamaConfig(
        vocab_size=value("llama.vocab_size"),
        hidden_size=value("llama.embedding_length"),
        intermediate_size=value("llama.feed_forward_length"),
        num_hidden_layers=value("llama.block_count"),
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        max_position_embeddings=value("llama.context_length"),
        rms_norm_eps=value("llama.attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": value("llama.rope.freq_base")},
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    names = {
        "attn_norm": "input_layernorm",
        "ffn_norm": "post_attention_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    }
    state = {}
    for tensor in reader.tensors:
        shape = tuple(int(n) for n in reversed(tensor.shape))
        w = quants.dequantize(tensor.data, tensor.tensor_type).reshape(shape).astype(np.float32)
        if tensor.name == "token_embd.weight":
            name = "model.embed_tokens.weight"
        elif tensor.name == "output_norm.weight":
            name = "model.norm.weight"
        else:
            _, layer, part, _ = tensor.name.split(".")
            w = halves(w, heads) if part == "attn_q" else halves(w, kv_heads) if part == "attn_k" else w
            name = f"model.layers.{layer}.{names[part]}.weight"
        state[name] = torch.from_numpy(np.ascontiguousarray(w))
    model = transformers.LlamaForCausalLM(config).eval()
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    return model, value("tokenizer.ggml.tokens"), value("tokenizer.ggml.merges")


def encoder(tokens, merges):
    """SmolLM2's byte-level BPE by the tokenizers package, special tokens by name."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, [tuple(m.split(" ")) for m in merges]))
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    return tokenizer


def main():
    model, tokens, merges = load(sys.argv[1])
    tokenizer = encoder(tokens, merges)
    end = tokens.index("<|im_end|>")
    lines = []
    for message in MESSAGES:
        system = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
        text = f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{message}<|im_end|>\n<|im_start|>assistant\n"
        ids = tokenizer.encode(text).ids
        lines.append("prompt " + " ".join(map(str, ids)))
        answer = []
        with torch.no_grad():
            for _ in range(NEW_TOKENS):
                logits = model(torch.tensor([ids + answer])).logits[0, -1]
                best = torch.topk(logits, CANDIDATES)
                near = [(i, l) for i, l in zip(best.indices.tolist(), best.values.tolist()) if l > best.values[0] - MARGIN]
                lines.append(" ".join(f"{i}:{l:.3f}" for i, l in near))
                answer.append(near[0][0])
                if answer[-1] == end:
                    break
        print(repr(tokenizer.decode(answer)))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(lines) + "\n")
    print(OUT, OUT.stat().st_size)


if __name__ == "__main__":
    main()
