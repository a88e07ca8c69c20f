// SPDX-License-Identifier: Apache-2.0
/**
 * SPDK's life inside this process. Knows of open block devices; nothing of pools, volumes or what lies on a device.
 *
 * <ul>
 *   <li><b>reactor</b>: SPDK's one thread, started once in a process and never again ({@link
 *       io.scrubjay.engine.spdk.process.Reactor}, {@link io.scrubjay.engine.spdk.process.ReactorOptions}).
 *   <li><b>ticket</b>: the number of a request to that thread, until its status is there ({@link
 *       io.scrubjay.engine.spdk.process.Tickets}).
 *   <li><b>status</b>: how a request ended: at least 0, or {@code -errno} ({@link io.scrubjay.engine.Errno}).
 *   <li><b>handle</b>: an open block device of SPDK's ({@link io.scrubjay.engine.spdk.process.NativeHandle}).
 *   <li><b>control call</b>: a method of SPDK's own JSON-RPC, over a Unix socket that only this user can reach ({@link
 *       io.scrubjay.engine.spdk.process.ControlCalls}, {@link io.scrubjay.engine.spdk.process.JsonRpc}).
 *   <li><b>bounce</b>: payload copied through memory that a device on the PCI bus reaches ({@link
 *       io.scrubjay.engine.spdk.process.Bounce}).
 *   <li><b>copy reserve</b>: memory that is kept back for copies-on-write ({@link
 *       io.scrubjay.engine.spdk.process.CopyReserve}).
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>SPDK's thread is a pthread that never enters Java; it runs SPDK's own threads for metadata, for I/O and for exports.
 * {@code scrubjay-spdk-drain} completes what waits for a status, and must not be blocked; {@code scrubjay-spdk-rpc} makes
 * control calls; {@code scrubjay-spdk-heartbeat} asks every second whether SPDK's thread is alive; {@code scrubjay-spdk-log}
 * copies its log.
 */
package io.scrubjay.engine.spdk.process;
