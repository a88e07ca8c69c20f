// SPDX-License-Identifier: Apache-2.0
/**
 * The SPDK engine: an lvol store on one device as pool, driven from inside this process.
 *
 * <ul>
 *   <li><b>control plane</b>: SPDK's own JSON-RPC, over a Unix socket that only this user can reach ({@link
 *       io.scrubjay.engine.spdk.LvolStore}).
 *   <li><b>data plane</b>: a shim in C that sends requests to SPDK's one thread and collects completions in a ring ({@link
 *       io.scrubjay.engine.spdk.Reactor}, {@link io.scrubjay.engine.spdk.NativeHandle}).
 *   <li><b>guard</b>: all I/O of a volume held back, whoever makes it, while SPDK moves clusters between volumes ({@link
 *       io.scrubjay.engine.spdk.Structure}).
 *   <li><b>medium</b>: what lies below a store, seen beside it: looked at before it is formatted, set right
 *       before it is loaded ({@link io.scrubjay.engine.spdk.UnfinishedSnapshots}), checked for volumes that SPDK cannot read
 *       ({@link io.scrubjay.engine.spdk.StoreCheck}), and synced ({@link io.scrubjay.engine.spdk.Medium}).
 *   <li><b>bounce</b>: payload copied through memory that a device on the PCI bus reaches ({@link
 *       io.scrubjay.engine.spdk.Bounce}).
 *   <li><b>clearing</b>: how a freed cluster is made unreadable before somebody else gets it: SPDK hands it out as it is
 *       ({@link io.scrubjay.engine.spdk.Clearing}, {@link io.scrubjay.engine.spdk.FreeSpace}).
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>SPDK's thread is a pthread that never enters Java; it runs SPDK's own threads for metadata, for I/O and for exports.
 * {@code scrubjay-spdk-drain} completes stages; {@code scrubjay-spdk-io-n} sync the device and do what takes several steps;
 * {@code scrubjay-spdk-rpc} makes control calls; {@code scrubjay-spdk-clean} clears free clusters; {@code
 * scrubjay-spdk-heartbeat} asks every second whether SPDK's thread is alive; {@code scrubjay-spdk-log} copies its log. Calls
 * on the engine work on their caller's thread, and block.
 *
 * <h2>Locks</h2>
 *
 * <p>In the order in which they are taken: {@link io.scrubjay.engine.Lifespan}, {@link io.scrubjay.engine.NameLocks} (a
 * volume, its ancestors, its only child), the monitor of {@link io.scrubjay.engine.spdk.SpdkExports}, the claims of {@link
 * io.scrubjay.engine.spdk.FreeSpace}, the volume's {@link io.scrubjay.engine.spdk.ChangeGate}, the one-at-a-time of {@link
 * io.scrubjay.engine.spdk.Structure}. What the draining thread locks is never held during I/O.
 *
 * <h2>What survives</h2>
 *
 * <p>A change is on the medium when the call that made it returns: SPDK writes its metadata through, and the device is
 * synced beside it: a file by a descriptor of our own, an NVMe namespace by a command on a queue of our own. A process
 * that is killed loses nothing that was flushed; volumes with {@link io.scrubjay.engine.spdk.PrivateName private names}
 * tell the next start what to finish.
 */
package io.scrubjay.engine.spdk;
