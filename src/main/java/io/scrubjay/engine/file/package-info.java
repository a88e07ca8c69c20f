// SPDX-License-Identifier: Apache-2.0
/**
 * The file engine: a directory as pool, one sparse file a volume, offsets one to one. Needs no privileges; runs on any
 * file system, and shares blocks where it has reflinks (XFS, btrfs).
 *
 * <h2>On disk</h2>
 *
 * <pre>
 * pool/
 *   format                   magic, format version, cluster size; written once, when volumes/ is there, before anything in it
 *   lock                     locked while an engine has the pool, as pool/ itself is; holds its process id, for people
 *   proof                    written for each proof that the pool takes writes; says nothing
 *   volumes/&lt;name&gt;/data      the bytes; holes are zeroes
 *   volumes/&lt;name&gt;/meta      name, id, kind, provisioning, size, ancestors
 *   volumes/&lt;name&gt;/meta@&lt;to&gt;  what meta becomes once the directory is called &lt;to&gt;: see below
 *   staging/&lt;id&gt;/            a volume being made; emptied when the pool is opened
 *   trash/&lt;id&gt;/              a volume being unlinked; emptied when the pool is opened
 * </pre>
 *
 * <p>{@code format} and {@code meta} are text with a version in front and a CRC-32C behind ({@link
 * io.scrubjay.engine.file.CheckedText}). A size comes from {@code meta} alone. Data that were cut behind our back
 * are no zeroes: they cannot be read, are not allocated, and nothing is made of such a volume; without its file {@code data}
 * it is not found. A volume whose {@code meta} is damaged or cannot be read, one whose {@code data} are missing, cut or
 * cannot be opened when the pool is, a directory that somebody has copied or moved ({@code meta} says another name, or the same id as another's) and whatever else lies in
 * {@code volumes} is {@link io.scrubjay.engine.Unreadable}: its name stays taken, and nothing of it is ever deleted.
 *
 * <h2>What makes a change atomic</h2>
 *
 * <p>Always one rename of one directory, or of one {@code meta}, after all it depends on is synced; and the directories
 * it changes are synced before the call returns.
 *
 * <ul>
 *   <li><b>create, clone, snapshot</b>: built and synced in {@code staging}, then renamed into {@code volumes}.
 *   <li><b>rename, seal</b>: {@code meta@<new name>} written and synced, then the directory renamed: with the new name,
 *       and only then, that file is the volume's {@code meta}. A seal syncs the data first.
 *   <li><b>delete</b>: renamed into {@code trash}, then unlinked.
 *   <li><b>resize, inflate, decouple</b>: the data first, then {@code meta} by renaming {@code meta~} over it.
 *   <li><b>cut</b>: {@code meta} first, then the data. What a crash leaves behind the size, a growth cuts off before.
 *   <li><b>parents</b>: {@code meta} lists ancestors by id, the nearest first; the parent is the first that exists. So
 *       the deletion of a snapshot changes no other file, and a snapshot becomes a parent by existing.
 * </ul>
 *
 * <p>A rename, or a new {@code meta}, that cannot be made to last is taken back. Where that fails too, nobody can tell which
 * name, or which {@code meta}, a crash would leave ({@link io.scrubjay.engine.file.LastingChange}): every call that depends on
 * it fails until a later call has seen which it is, and has made it last.
 *
 * <h2>Threads and locks</h2>
 *
 * <p>Calls on the engine work on their caller's thread. Reads and writes run on the pool of {@link
 * io.scrubjay.engine.file.IoThreads}, which completes their stages. A volume has a bounded number of operations under
 * way; a caller beyond that waits, but an I/O thread never does ({@link io.scrubjay.engine.file.Traffic}). A snapshot
 * holds changes to its volume off while it is made; those occupy no thread meanwhile.
 *
 * <p>Locks, in the order in which they are taken: {@link io.scrubjay.engine.Lifespan} (the engine is open), {@link
 * io.scrubjay.engine.NameLocks} (two calls that change one volume), the hold of {@code Traffic}, the monitor of
 * {@link io.scrubjay.engine.file.Catalog}, that of {@link io.scrubjay.engine.file.PoolVolume}.
 *
 * <h2>A pool that is gone</h2>
 *
 * <p>The directory and {@code volumes} are held open. Before and after each call that tells or changes something their
 * paths must still lead to them ({@link io.scrubjay.engine.file.HeldDirectory}); otherwise the call fails. So an empty
 * mount point never looks like a pool whose volumes were deleted, and a pool that comes back is used again. A volume whose
 * directory is missing in a pool that is there was removed by somebody else; deleting it succeeds.
 *
 * <h2>The page cache</h2>
 *
 * <p>Handles for writing and for verifying go around it ({@code O_DIRECT}); buffers that are not aligned are copied
 * first. Where a file system refuses that, writing goes through it, and verifying syncs and drops the pages before each
 * read. Handles for reading always go through it.
 */
package io.scrubjay.engine.file;
