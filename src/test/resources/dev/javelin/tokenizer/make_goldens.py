"""Makes the tiny tokenizers and the goldens beside this file.

    pip install tokenizers==0.23.3
    python make_goldens.py [SMOLLM2.gguf]

Each tiny-NAME.json is a Hugging Face tokenizer.json trained here on a few lines; each tiny-NAME.golden.json holds texts
with the ids and decoded texts that the reference library gives. utf8.golden.json holds byte strings decoded by Python
with errors="replace". With the path of SmolLM2's GGUF file (and `pip install gguf`), smollm2.golden.json is made too,
from a tokenizer that is put together from the file's own vocabulary and merges.
"""

import json
import pathlib
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
CORPUS = [
    "The quick brown fox jumps over the lazy dog. It's the dog's day, we'll see; they've said I'd go.",
    "In the beginning was the word, and the word was 12345 or 3.14159, 2024-11-22 at 10:30.",
    "def main(args):\n    for i in range(10):\n        print(i, args[i])\n\n\nif __name__ == '__main__':\n\tmain([])\n",
    "Der Fluss fließt über die Straße, größer als früher. Où est le café? ¿Dónde está la biblioteca?",
    "Привет, мир! Как дела? Это просто текст. 你好，世界。今天天气很好。こんにちは世界。안녕하세요 세계",
    "the the the and and and of of of to to to in in in is is is hello hello world world    spaces   here",
]
LLAMA3 = (
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
    "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)


def byte_level(vocab_size=480):
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|begin|>", "<|end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken("<|turn|>", normalized=False, special=True)])
    tokenizer.add_tokens(
        [
            AddedToken("<left>", lstrip=True, normalized=False),
            AddedToken("<right>", rstrip=True, normalized=False),
            AddedToken("<both>", lstrip=True, rstrip=True, normalized=True),
            AddedToken("word", single_word=True, normalized=False),
            AddedToken("wordy", normalized=False),
            AddedToken("<|turn|>more", normalized=False),
        ]
    )
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single="<|begin|> $A <|end|>", special_tokens=[("<|begin|>", 0), ("<|end|>", 1)]
            ),
        ]
    )
    return tokenizer


def sentence_piece(metaspace=False):
    """Characters with byte fallback: the way of Llama 2; with metaspace the newer way to write it."""
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    trained.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(vocab_size=260, limit_alphabet=70, show_progress=False)
    trained.train_from_iterator(CORPUS, trainer)
    state = json.loads(trained.to_str())["model"]
    names = ["<unk>", "<s>", "</s>"] + bytes_
    tokens = names + [t for t, _ in sorted(state["vocab"].items(), key=lambda e: e[1]) if t not in names]
    vocab = {token: i for i, token in enumerate(tokens)}
    # Runs of spaces, as Llama 2 has them: merges among marks only.
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in state["merges"]]
    for left, right in [("▁", "▁"), ("▁▁", "▁▁")]:
        vocab.setdefault(left + right, len(vocab))
        merges.append((left, right))
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if metaspace:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="first", split=False)
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def metaspace_unknown():
    """No byte fallback: unknown characters, fused; Metaspace in front and behind."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always", split=True)
    trainer = trainers.BpeTrainer(
        vocab_size=200, limit_alphabet=40, special_tokens=["<unk>", "<pad>"], show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_tokens([AddedToken("hello world", normalized=True)])
    return tokenizer


def many_steps():
    """NFC, then several cutting rules with every behavior, then ByteLevel with its own expression."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("[\r\n]"), "merged_with_previous"),
            pre_tokenizers.Split("-", "merged_with_next"),
            pre_tokenizers.Split(Regex("x|y"), "contiguous"),
            pre_tokenizers.Split(Regex("q+"), "removed"),
            pre_tokenizers.Split(Regex("[^,]+"), "isolated", invert=True),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("!", 0), ("the", 5))
    return tokenizer


TEXTS = [
    "", " ", "  ", "a", " a", "a ", "Hello world", "  Hello   world  ", "hello\n\n\nworld\r\n\t x", "\n", "\r\n \n ",
    "It's we'LL THEY'VE i'm I'D can't 'tis 'Sa '' ' 's", "12345 3.14159 1,000,000 ٣٤٥ ½²Ⅷ", "x-y--z xyxy qqq,,q,a",
    "word words wordy sword word,word word", "a <left> b <right>  c <both>  d<left><right><both>", "<left>", " <right> ",
    "<|begin|>hi<|end|>", "<|turn|>user\nhi<|turn|>more <|turn", "<s>hello</s> <s> x<unk>", "Hello World hello world",
    "naïve café e\u0301 A\u030a \u1100\u1161\u11a8 ﬁ Å", "Straße GRÖSSER ΣΑΣ İı", "Привет, мир!", "你好，世界。今天", "こんにちは",
    "안녕하세요", "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽", "a\u00a0b\u2003c\u3000d\u200be\u2028f\u0085g", "\x00\x01\x7f", "\ufeffbom\ufffd\uffff",
    "𝒳𝒴 𐍈 \U0010ffff", "ĠĊ▁<0x0A><0xFF>▁▁", "don’t “quote” … — –", "{'a': [1, 2], \"b\": null}", "\t\tindent\n        eight",
    "http://example.org/a?b=c&d=%20#x", "ſ'ſ 'ſ K", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "the" * 40, " " * 90, "the " * 30, "\u0301\u0301a", "क्षत्रिय नमस्ते", "สวัสดีครับ", "שלום עולם", "مرحبا بالعالم",
]
POOL = "abcdehilorstwxyqzABST   '\n\t\r0123.,-!?_<|>éßµΩжд你世こ가\u0301\u00a0▁Ġ👍🏽\u200d𝒳\x00½"


def texts(seed):
    rng = random.Random(seed)
    made = ["".join(rng.choice(POOL) for _ in range(rng.randrange(1, 40))) for _ in range(60)]
    pieces = ["<|turn|>", "<left>", "<right>", "<both>", "word", "wordy", "<s>", "</s>", "<unk>", "<|end|>", " ", "  ", "x", "the"]
    made += ["".join(rng.choice(pieces) for _ in range(rng.randrange(1, 12))) for _ in range(40)]
    return TEXTS + made


def golden(tokenizer, seed):
    cases = []
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    for text in texts(seed):
        tokenizer.encode_special_tokens = False
        with_template = tokenizer.encode(text).ids
        without = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        cases.append(
            {
                "text": text,
                "prompt": with_template,
                "rendered": without,
                "plain": plain,
                "skipped": tokenizer.decode(with_template, skip_special_tokens=True),
                "verbatim": tokenizer.decode(with_template, skip_special_tokens=False),
            }
        )
    return {"vocabularySize": size, "cases": cases}


def utf8(seed):
    rng = random.Random(seed)
    edge = [0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF]
    edge += [0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF]
    cases = []
    for _ in range(600):
        data = bytes(rng.choice(edge) for _ in range(rng.randrange(0, 12)))
        cases.append({"hex": data.hex(), "text": data.decode("utf-8", errors="replace")})
    for _ in range(200):
        data = bytearray("".join(rng.choice(POOL) for _ in range(8)).encode())
        for _ in range(rng.randrange(0, 3)):
            del data[rng.randrange(len(data))]
        cases.append({"hex": data.hex(), "text": data.decode("utf-8", errors="replace")})
    return cases


def smollm2(path):
    from gguf import GGUFReader

    fields = GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
    types = fields["tokenizer.ggml.token_type"].contents()
    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, special=True) for t, kind in zip(tokens, types) if kind == 3]
    )
    chat = "<|im_start|>system\nYou are helpful.<|im_end|>\n<|im_start|>user\nWhat is 12345 + 678?<|im_end|>\n"
    cases = [
        {"text": t, "rendered": tokenizer.encode(t, add_special_tokens=False).ids}
        for t in CORPUS + [chat, chat + "<|im_start|>assistant\n"] + texts(7)
    ]
    return {"vocabularySize": len(tokens), "cases": cases}


def write(name, value):
    # Escaped, for texts hold lone marks and line separators that editors would touch.
    (HERE / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace('},{', '},\n{') + "\n")


if __name__ == "__main__":
    made = {
        "byte-level": byte_level(),
        "sentence-piece": sentence_piece(),
        "metaspace": sentence_piece(metaspace=True),
        "unknown": metaspace_unknown(),
        "many-steps": many_steps(),
    }
    for seed, (name, tokenizer) in enumerate(made.items()):
        write(f"tiny-{name}.json", json.loads(tokenizer.to_str()))
        write(f"tiny-{name}.golden.json", golden(tokenizer, seed))
    write("utf8.golden.json", utf8(11))
    if len(sys.argv) > 1:
        write("smollm2.golden.json", smollm2(sys.argv[1]))
