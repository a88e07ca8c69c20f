// SPDX-License-Identifier: Apache-2.0
/**
 * The device below a store: what an administrator names, what SPDK and the kernel make of it, and what puts a store's writes
 * in order. Nothing here knows which volumes are in the store.
 *
 * <ul>
 *   <li><b>device</b>: what a pool lies on, as it is configured ({@link io.scrubjay.engine.spdk.device.SpdkDevice}).
 *   <li><b>base device</b>: SPDK's block device for it, as long as the pool is open ({@link
 *       io.scrubjay.engine.spdk.device.BaseDevice}).
 *   <li><b>ordered device</b>: one of the agent's own between the two, which puts metadata on the medium in the order in
 *       which it was written ({@link io.scrubjay.engine.spdk.device.OrderedDevice}).
 *   <li><b>device file, namespace</b>: the device seen beside SPDK, as a {@link io.scrubjay.engine.spdk.ondisk.Medium}
 *       ({@link io.scrubjay.engine.spdk.device.DeviceFile}, {@link io.scrubjay.engine.spdk.device.NvmeNamespace}).
 *   <li><b>failed requests</b>: how often a device has failed, as SPDK counts it ({@link
 *       io.scrubjay.engine.spdk.device.FailedRequests}).
 * </ul>
 *
 * <p>Called by whoever opens and closes a pool, and while it is open to sync it. No thread of its own; calls block for the
 * device or for SPDK, and are not for the thread that completes requests.
 */
package io.scrubjay.engine.spdk.device;
