// SPDX-License-Identifier: Apache-2.0
/**
 * The device below a store: how an administrator configures it, how SPDK and the kernel see it, and how the order of a
 * store's writes is kept. Nothing here knows which volumes are in the store.
 *
 * <ul>
 *   <li><b>device</b>: the storage below a pool, as it is configured
 *       ({@link io.scrubjay.engine.spdk.device.SpdkDevice}).
 *   <li><b>base device</b>: SPDK's block device for the device, while the pool is open
 *       ({@link io.scrubjay.engine.spdk.device.BaseDevice}).
 *   <li><b>ordered device</b>: a block device of the agent's own between the store and the base device, which keeps
 *       metadata on the medium in the order in which it was written
 *       ({@link io.scrubjay.engine.spdk.device.OrderedDevice}).
 *   <li><b>device file, namespace</b>: the device without going through SPDK, as a
 *       {@link io.scrubjay.engine.spdk.ondisk.Medium} ({@link io.scrubjay.engine.spdk.device.DeviceFile},
 *       {@link io.scrubjay.engine.spdk.device.NvmeNamespace}).
 *   <li><b>failed requests</b>: how often a device has failed, as SPDK counts it ({@link
 *       io.scrubjay.engine.spdk.device.FailedRequests}).
 * </ul>
 *
 * <p>Called to open and close a pool, and to sync it while it is open. This package has no thread of its own; its calls
 * block for the device or for SPDK, so the thread that completes requests must not make them.
 */
package io.scrubjay.engine.spdk.device;
