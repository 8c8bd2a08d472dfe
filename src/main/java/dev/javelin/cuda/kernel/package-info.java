/**
 * Launchers of our CUDA kernels, one class a family: each checks shapes and buffers, and enqueues.
 *
 * <p>Owner: the thread that owns the stream, which is the engine's; a launcher holds one reusable block of arguments.
 * The kernels themselves are CUDA C++ under {@code /cuda/} on the class path, compiled for the card at hand. Letters
 * and layouts, the same in every kernel and launcher:
 *
 * <pre>
 * T tokens of a step      R rows (spans) of a step   S slots       V vocabulary
 * H query heads           KVH key and value heads    G = H / KVH   D elements of a head
 * C hidden size           I intermediate size        BT = 16 tokens of a cache block
 * E element type of weights, activations and cache: bf16 or f16, one for a runner
 *
 * residual, normed   E [T, C]                    row-major, dense, 16-byte aligned, as everything here
 * qkv                E [T, (H + 2 * KVH) * D]    query heads, key heads, value heads of a token
 * attended           E [T, H * D]
 * gateUp             E [T, 2 * I]                gate, then up
 * logits             f32 [rows, V]
 * matrices           E [out, in]                 packed by rows: query, key, value; gate, up
 * keys, values       E [blocks, KVH, BT, D]      of one layer; position p of a sequence is in block table[p / BT], place p % BT
 * block tables       i32 [S, tableStride]
 * row arrays         i32 [R]: slot, first token in the step, tokens, length after the row: token i stands at
 *                    length - tokens + i; slot -1 is padding: nothing is written for it
 * token arrays       i32 [T]: id, slot (-1: padding), position
 * </pre>
 *
 * Sums are in single precision, rounding to E happens once, where a value is stored. Each kernel file's header says
 * formula, types, strides, launch geometry and constants; each has a slow twin and an equality test.
 */
@NullMarked
package dev.javelin.cuda.kernel;

import org.jspecify.annotations.NullMarked;
