/**
 * Which block holds which tokens: ids only, no device memory. {@link dev.javelin.kvcache.KvCacheManager} is the entry;
 * everything here belongs to the engine thread.
 *
 * <p>A block is in exactly one of three states:
 *
 * <pre>
 *             tryTake                              release, key unknown
 *    FREE ---------------> HELD (count &gt;= 1) ---------------------------> FREE
 *      ^                    ^   |
 *      |  tryTake evicts    |   | release, key in the index
 *      |  the oldest        |   v
 *      +--------------------+- CACHED: held by nobody, found by its key
 * </pre>
 *
 * Decisions:
 *
 * <ul>
 *   <li><b>Full blocks are shared, never copied</b>: a block enters the index only when all its tokens are computed,
 *       and nobody writes into it after that. The last, partial block is always private.
 *   <li><b>Free blocks go before cached ones</b>, cached ones by least recent use; of one sequence the deepest block is
 *       evicted first, since a prefix is worth nothing without what stands before it.
 *   <li><b>A key is 128 bits of SHA-256</b> over (parent's key, tokens): a client cannot craft two prompts that collide
 *       and so read another's cache, and keys are stable across processes. One block costs about half a microsecond.
 *   <li><b>Each cache group has its own pool and tables.</b> A prefix counts as cached as far as every group has it.
 * </ul>
 */
@NullMarked
package dev.javelin.kvcache;

import org.jspecify.annotations.NullMarked;
