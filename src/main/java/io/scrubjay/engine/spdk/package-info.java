// SPDX-License-Identifier: Apache-2.0
/**
 * The SPDK engine: the pool is an lvol store on one device, and SPDK runs inside this process. This package has the
 * engine, the pool, its volumes and exports, and the code that opens a pool.
 *
 * <p>It uses three packages, which do not use it: {@link io.scrubjay.engine.spdk.device device},
 * {@link io.scrubjay.engine.spdk.process process} (how SPDK runs in this process) and
 * {@link io.scrubjay.engine.spdk.ondisk ondisk} (SPDK's on-disk format). {@code device} uses the other two, which use
 * neither it nor each other.
 *
 * <ul>
 *   <li><b>store, lvol</b>: SPDK's words for a pool and a volume in it; changed by control calls
 *       ({@link io.scrubjay.engine.spdk.LvolStore}, {@link io.scrubjay.engine.spdk.Lvol}).
 *   <li><b>guard</b>: holds back all I/O of a volume, from every caller, while SPDK moves clusters between volumes
 *       ({@link io.scrubjay.engine.spdk.Guard}).
 *   <li><b>clearing</b>: erases a freed cluster before another volume gets it; SPDK alone would allocate it with its
 *       old content ({@link io.scrubjay.engine.spdk.Clearing}, {@link io.scrubjay.engine.spdk.FreeSpace}).
 *   <li><b>accounts</b>: a check that each cluster has exactly one owner
 *       ({@link io.scrubjay.engine.spdk.ClusterAccounts}).
 *   <li><b>proof</b>: a test write that shows that the device accepts writes
 *       ({@link io.scrubjay.engine.spdk.ProofBlock}).
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>{@code scrubjay-spdk-drain} completes stages; {@code scrubjay-spdk-io-n} sync the device and run operations of
 * several steps; {@code scrubjay-spdk-clean} clears free clusters. Calls on the engine run on their caller's thread,
 * and block.
 *
 * <h2>Locks</h2>
 *
 * <p>In the order in which they are taken: {@link io.scrubjay.engine.Lifespan}, {@link io.scrubjay.engine.NameLocks} (a
 * volume, its ancestors, its only child), the monitor of {@link io.scrubjay.engine.spdk.SpdkExports}, the claims of
 * {@link io.scrubjay.engine.spdk.FreeSpace}, the volume's {@link io.scrubjay.engine.spdk.ChangeGate}, the lock of
 * {@link io.scrubjay.engine.spdk.Guard}, which lets one caller in at a time. A lock that the draining thread takes is
 * never held during I/O.
 *
 * <h2>What survives</h2>
 *
 * <p>A change is on the medium when the call that made it returns: SPDK writes its metadata to the device at once, and
 * the agent syncs the device itself, without SPDK: a file through its own file descriptor, an NVMe namespace by a
 * command on its own queue. If the process is killed, nothing that was flushed is lost; volumes with
 * {@link io.scrubjay.engine.spdk.ondisk.PrivateName private names} tell the next start which work to finish.
 */
package io.scrubjay.engine.spdk;
