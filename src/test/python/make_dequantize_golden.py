"""Makes src/test/resources/golden/dequantize/*.bin: what the `gguf` package quantises and dequantises, bit for bit.

Run from the repository's root with numpy and gguf installed:  python src/test/python/make_dequantize_golden.py

One file a format, little-endian:
    i32 row count, i32 columns, i32 bytes of a packed row,
    f32 input[rows][columns]         what was quantised; the last rows are random blocks, which have no input: zeros
    u8  packed[rows][row bytes]
    f32 decoded[rows][columns]       what the package dequantises
The last half of the rows are random bytes (scales finite, subnormals, zeros and both signs included), so that every code
and every bit of a scale is seen, not only what a quantiser emits.
"""

import pathlib
import struct

import numpy as np
from gguf import quants
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

SEED = 20251122
ROWS, COLUMNS = 16, 96
FOLDER = pathlib.Path("src/test/resources/golden/dequantize")
SCALES_OF_BLOCK = {"Q4_0": 1, "Q4_1": 2, "Q8_0": 1}


def random_blocks(rng, name, row_bytes, block_bytes):
    packed = rng.integers(0, 256, size=(ROWS // 2, row_bytes), dtype=np.uint8)
    if name == "F16":
        return finite_halves(packed.view("<u2")).view(np.uint8)
    if name == "BF16":
        bits = packed.view("<u2")
        bits[(bits & 0x7F80) == 0x7F80] ^= 0x4000
        return bits.view(np.uint8)
    blocks = packed.reshape(-1, block_bytes)
    scales = np.ascontiguousarray(blocks[:, : 2 * SCALES_OF_BLOCK[name]]).view("<u2")
    blocks[:, : 2 * SCALES_OF_BLOCK[name]] = finite_halves(scales).view(np.uint8)
    return blocks.reshape(ROWS // 2, row_bytes)


def finite_halves(bits):
    bits = bits.copy()
    bits[(bits & 0x7C00) == 0x7C00] ^= 0x4000
    return bits


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("F16", "BF16", "Q4_0", "Q4_1", "Q8_0"):
        rng = np.random.default_rng([SEED, len(name), ord(name[1])])
        kind = GGMLQuantizationType[name]
        block, block_bytes = GGML_QUANT_SIZES[kind]
        row_bytes = COLUMNS // block * block_bytes
        floats = (rng.standard_normal((ROWS // 2, COLUMNS)) * np.logspace(-4, 2, ROWS // 2)[:, None]).astype("<f4")
        floats[0, :32] = 0
        quantised = quants.quantize(floats, kind).view(np.uint8).reshape(ROWS // 2, row_bytes)
        packed = np.concatenate([quantised, random_blocks(rng, name, row_bytes, block_bytes)])
        decoded = quants.dequantize(packed, kind).astype("<f4").reshape(ROWS, COLUMNS)
        assert np.isfinite(decoded).all()
        inputs = np.concatenate([floats, np.zeros_like(floats)])
        path = FOLDER / f"{name.lower()}.bin"
        path.write_bytes(struct.pack("<iii", ROWS, COLUMNS, row_bytes) + inputs.tobytes() + packed.tobytes() + decoded.tobytes())
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
