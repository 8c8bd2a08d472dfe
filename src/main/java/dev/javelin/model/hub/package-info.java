/**
 * Where a model comes from: sources tried in order until one gives local files.
 *
 * <p>Entry: {@link dev.javelin.model.hub.ModelResolver}. A {@link dev.javelin.model.hub.ModelSource} is a local path, a
 * repository of the Hugging Face Hub, a file inside a Python package, or a configuration alone, which gets random
 * weights; the resolver gives a {@link dev.javelin.model.hub.ResolvedModel} or one error that lists why each source
 * refused. Everything blocks and runs on the caller's thread (at start, before the engine exists).
 *
 * <pre>
 * ModelResolver ── LocalFiles  (a file, a folder, a configuration alone)
 *               ├─ HubFetcher ── HubClient ── HubTransport (one hop, idle limit, token only to the endpoint)
 *               │             ├─ HubCache    (blobs, refs, snapshots as Hugging Face's own tools lay them out)
 *               │             └─ BlobDownload (part file, Range, checksum, retries)
 *               └─ PypiFetcher ── PipCommand, WheelEntry
 * </pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>The cache is the one that Python's tools use, so a model is on the disk once. Our part files and lock files
 *       have names of their own ({@code *.javelin.incomplete}, {@code *.javelin.lock}): Python locks with
 *       {@code flock}, the JVM with {@code fcntl}, and the two do not see each other; sharing a part file would let
 *       both write it. Finished blobs appear by an atomic move, so whoever comes second merely replaces a file by its
 *       equal.
 *   <li>A repository without a file's name is a folder if it has {@code config.json} and safetensors: configuration,
 *       tokenizer and template come first, then the index, then the shards that it names, so a snapshot with all
 *       weights is whole. Without safetensors one GGUF file is chosen by its format.
 *   <li>A blob's name is the hash of its content (sha256 for large files, git's sha1 for small ones). So resuming needs
 *       no trust: what was put together is hashed before it gets its name.
 *   <li>The Hub is asked even when a branch is cached, because branches move; a source pinned to a commit and a file,
 *       and a package source (always pinned), need no network once cached. A Hub that cannot be reached costs at most
 *       the connect limit for its name and again for its connection: first contact is never retried on such a failure.
 *   <li>An answer of the Hub (no such file, gated, unauthorised) is final and is not papered over by the cache; a Hub
 *       that does not answer is.
 *   <li>Every name that a server sends (file, commit, etag) is checked before it becomes a path.
 *   <li>Time, sleeping, free disk space and links come in through {@code Host}, so that tests decide them. Only
 *       {@code config} reads the environment; {@link dev.javelin.model.hub.HubSettings#ofEnvironment} applies Hugging
 *       Face's rules to the map it is given.
 * </ul>
 */
@NullMarked
package dev.javelin.model.hub;

import org.jspecify.annotations.NullMarked;
