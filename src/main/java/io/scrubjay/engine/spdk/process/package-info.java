// SPDX-License-Identifier: Apache-2.0
/**
 * Runs SPDK inside this process. This package knows open block devices, but nothing of pools, volumes or the content of
 * a device.
 *
 * <ul>
 *   <li><b>reactor</b>: SPDK's one thread, which can be started only once in a process
 *       ({@link io.scrubjay.engine.spdk.process.Reactor}, {@link io.scrubjay.engine.spdk.process.ReactorOptions}).
 *   <li><b>ticket</b>: the number of a request to that thread, valid until the request has a status
 *       ({@link io.scrubjay.engine.spdk.process.Tickets}).
 *   <li><b>status</b>: how a request ended: at least 0, or {@code -errno} ({@link io.scrubjay.engine.Errno}).
 *   <li><b>handle</b>: an open SPDK block device ({@link io.scrubjay.engine.spdk.process.NativeHandle}).
 *   <li><b>control call</b>: a call of an SPDK JSON-RPC method, over a Unix socket that only the agent's own user can
 *       access ({@link io.scrubjay.engine.spdk.process.ControlCalls}, {@link io.scrubjay.engine.spdk.process.JsonRpc}).
 *   <li><b>bounce</b>: a copy of the payload in memory that a PCI device can access
 *       ({@link io.scrubjay.engine.spdk.process.Bounce}).
 *   <li><b>copy reserve</b>: memory that is reserved for copy-on-write
 *       ({@link io.scrubjay.engine.spdk.process.CopyReserve}).
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>SPDK's thread is a pthread that never enters Java; it runs SPDK's own threads for metadata, for I/O and for
 * exports. {@code scrubjay-spdk-drain} completes the requests that have a status, and must not be blocked;
 * {@code scrubjay-spdk-rpc} makes control calls; {@code scrubjay-spdk-heartbeat} checks every second whether SPDK's
 * thread is alive; {@code scrubjay-spdk-log} copies SPDK's log.
 */
package io.scrubjay.engine.spdk.process;
