// SPDX-License-Identifier: Apache-2.0
/**
 * The SPDK engine: an lvol store on one device as pool, driven from inside this process. Here are the engine, the pool, its
 * volumes and exports, and how a pool is opened.
 *
 * <p>Below it, and without knowing it: {@link io.scrubjay.engine.spdk.device the device}, SPDK's life in {@link
 * io.scrubjay.engine.spdk.process our process}, and SPDK's format {@link io.scrubjay.engine.spdk.ondisk on the medium}. The
 * device knows the other two; these know neither it nor each other.
 *
 * <ul>
 *   <li><b>store, lvol</b>: SPDK's words for a pool and a volume of it, by control calls ({@link
 *       io.scrubjay.engine.spdk.LvolStore}, {@link io.scrubjay.engine.spdk.Lvol}).
 *   <li><b>guard</b>: all I/O of a volume held back, whoever makes it, while SPDK moves clusters between volumes ({@link
 *       io.scrubjay.engine.spdk.Guard}).
 *   <li><b>clearing</b>: how a freed cluster is made unreadable before somebody else gets it: SPDK hands it out as it is
 *       ({@link io.scrubjay.engine.spdk.Clearing}, {@link io.scrubjay.engine.spdk.FreeSpace}).
 *   <li><b>accounts</b>: whether each cluster has one owner ({@link io.scrubjay.engine.spdk.ClusterAccounts}).
 *   <li><b>proof</b>: a write that shows that the device takes writes ({@link io.scrubjay.engine.spdk.ProofBlock}).
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>{@code scrubjay-spdk-drain} completes stages; {@code scrubjay-spdk-io-n} sync the device and do what takes several
 * steps; {@code scrubjay-spdk-clean} clears free clusters. Calls on the engine work on their caller's thread, and block.
 *
 * <h2>Locks</h2>
 *
 * <p>In the order in which they are taken: {@link io.scrubjay.engine.Lifespan}, {@link io.scrubjay.engine.NameLocks} (a
 * volume, its ancestors, its only child), the monitor of {@link io.scrubjay.engine.spdk.SpdkExports}, the claims of {@link
 * io.scrubjay.engine.spdk.FreeSpace}, the volume's {@link io.scrubjay.engine.spdk.ChangeGate}, the one-at-a-time of {@link
 * io.scrubjay.engine.spdk.Guard}. What the draining thread locks is never held during I/O.
 *
 * <h2>What survives</h2>
 *
 * <p>A change is on the medium when the call that made it returns: SPDK writes its metadata through, and the device is
 * synced beside it: a file by a descriptor of our own, an NVMe namespace by a command on a queue of our own. A process
 * that is killed loses nothing that was flushed; volumes with {@link io.scrubjay.engine.spdk.ondisk.PrivateName private names}
 * tell the next start what to finish.
 */
package io.scrubjay.engine.spdk;
