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
 *   <li><b>clearing</b>: how a freed cluster is made unreadable before somebody else gets it: SPDK hands it out as it is
 *       ({@link io.scrubjay.engine.spdk.Clearing}, {@link io.scrubjay.engine.spdk.FreeSpace}).
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>SPDK's thread is a pthread that never enters Java. {@code scrubjay-spdk-drain} completes stages; {@code
 * scrubjay-spdk-io-n} sync the device and do what takes several steps; {@code scrubjay-spdk-clean} clears free clusters;
 * {@code scrubjay-spdk-heartbeat} asks every second whether SPDK's thread is alive. Calls on the engine work on their
 * caller's thread, and block.
 *
 * <h2>What survives</h2>
 *
 * <p>A change is on the medium when the call that made it returns: SPDK writes its metadata through, and the device is
 * synced beside it by a descriptor of our own. A process that is killed loses nothing that was flushed; volumes with
 * {@link io.scrubjay.engine.spdk.PrivateName private names} tell the next start what to finish.
 */
package io.scrubjay.engine.spdk;
