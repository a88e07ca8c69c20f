// SPDX-License-Identifier: Apache-2.0
/**
 * The file engine: the pool is a directory, and each volume is one sparse file with the same offsets. Needs no
 * privileges; runs on any file system, and shares blocks where the file system has reflinks (XFS, btrfs).
 *
 * <h2>On disk</h2>
 *
 * <pre>
 * pool/
 *   format                   magic, format version, cluster size; written once, while volumes/ exists and is still empty
 *   lock                     locked while an engine has the pool open, like pool/ itself; contains its process id, for people
 *   proof                    written to prove that the pool accepts writes; has no meaning
 *   volumes/&lt;name&gt;/data      the bytes; holes are zeroes
 *   volumes/&lt;name&gt;/meta      name, id, kind, provisioning, size, ancestors
 *   volumes/&lt;name&gt;/meta@&lt;to&gt;  replaces meta as soon as the directory has the name &lt;to&gt;: see below
 *   staging/&lt;id&gt;/            a volume being created; emptied when the pool is opened
 *   trash/&lt;id&gt;/              a volume being unlinked; emptied when the pool is opened
 * </pre>
 *
 * <p>{@code format} and {@code meta} are text files that begin with a version and end with a CRC-32C
 * ({@link io.scrubjay.engine.file.CheckedText}). Only {@code meta} says how large a volume is. When somebody else
 * truncates {@code data}, the missing bytes do not count as zeroes: reading them fails, they are not allocated, and
 * such a volume cannot be cloned or snapshotted. A volume whose file {@code data} is missing is not found. These are
 * reported as {@link io.scrubjay.engine.Unreadable} when the pool is opened: a volume whose {@code meta} is damaged or
 * cannot be read; a volume whose {@code data} is missing, truncated or cannot be opened; a directory that somebody has
 * copied or moved (its {@code meta} has another name, or the same id as another volume's); and anything else in
 * {@code volumes}. Their names stay taken, and the engine never deletes any of them.
 *
 * <h2>What makes a change atomic</h2>
 *
 * <p>Each change takes effect by one rename of one directory or of one {@code meta}, after everything it depends on has
 * been synced. The directories that the rename changes are synced before the call returns.
 *
 * <ul>
 *   <li><b>create, clone, snapshot</b>: built and synced in {@code staging}, then renamed into {@code volumes}.
 *   <li><b>rename, seal</b>: {@code meta@<new name>} is written and synced, then the directory is renamed. From then
 *       on, and not before, that file is the volume's {@code meta}. A seal syncs the data first.
 *   <li><b>delete</b>: renamed into {@code trash}, then unlinked.
 *   <li><b>resize, inflate, decouple</b>: the data first, then {@code meta} by renaming {@code meta~} over it.
 *   <li><b>cut</b>: (making a volume smaller) {@code meta} first, then the data. If a crash leaves data beyond the new
 *       size, the next growth removes that data first.
 *   <li><b>parents</b>: {@code meta} lists ancestors by id, the nearest first; the parent is the first that exists. So
 *       deleting a snapshot changes no other file, and a new snapshot becomes a parent as soon as it exists.
 * </ul>
 *
 * <p>When a rename or a new {@code meta} cannot be synced, it is undone. If undoing fails too, the engine cannot know
 * which name or which {@code meta} a crash would leave ({@link io.scrubjay.engine.file.LastingChange}): every call that
 * depends on it fails until a later call has found out which one is there and has synced it.
 *
 * <h2>Threads and locks</h2>
 *
 * <p>Calls on the engine run on their caller's thread. Reads and writes run on the pool of
 * {@link io.scrubjay.engine.file.IoThreads}, which completes their stages. Each volume has a limited number of
 * operations in progress; a caller beyond the limit waits, but an I/O thread never does
 * ({@link io.scrubjay.engine.file.Traffic}). While a snapshot is taken, changes to its volume are held back, without
 * occupying a thread.
 *
 * <p>Locks, in the order in which they are taken: {@link io.scrubjay.engine.Lifespan} (the engine is open), {@link
 * io.scrubjay.engine.NameLocks} (two calls that change one volume), the hold of {@code Traffic}, the monitor of
 * {@link io.scrubjay.engine.file.Catalog}, that of {@link io.scrubjay.engine.file.PoolVolume}.
 *
 * <h2>A pool that is gone</h2>
 *
 * <p>The directory and {@code volumes} are held open. Before and after each call that reads or changes the pool, their
 * paths must still lead to them ({@link io.scrubjay.engine.file.HeldDirectory}); otherwise the call fails. So an empty
 * mount point never looks like a pool whose volumes were deleted, and a pool that is mounted again is used again. If
 * the pool is there but the directory of a volume is missing, somebody else removed it; deleting that volume succeeds.
 *
 * <h2>The page cache</h2>
 *
 * <p>Handles for writing and for verifying bypass the page cache ({@code O_DIRECT}); buffers that are not aligned are
 * copied first. Where a file system does not support {@code O_DIRECT}, writes go through the page cache, and verifying
 * syncs and drops the pages before each read. Handles for reading always go through the page cache.
 */
package io.scrubjay.engine.file;
