// SPDX-License-Identifier: Apache-2.0
/**
 * SPDK's format on the medium, read, checked and set right without SPDK. Depends on bytes and values alone: neither on SPDK's
 * process nor on what kind of device it is.
 *
 * <ul>
 *   <li><b>medium</b>: what a store lies on, seen beside SPDK ({@link io.scrubjay.engine.spdk.ondisk.Medium}).
 *   <li><b>super block</b>: the first page of a store, which says where everything is, and whether it was unloaded in good
 *       order ({@link io.scrubjay.engine.spdk.ondisk.SuperBlock}).
 *   <li><b>page, region</b>: metadata is in pages of 4 KiB, each with its checksum; all of them are the region ({@link
 *       io.scrubjay.engine.spdk.ondisk.MetadataPage}, {@link io.scrubjay.engine.spdk.ondisk.MetadataRegion}).
 *   <li><b>blob</b>: SPDK's word for a volume: a chain of pages, and pages that list its clusters ({@link
 *       io.scrubjay.engine.spdk.ondisk.StoredBlob}).
 *   <li><b>mask</b>: the list of pages, clusters or volumes in use that an unload in good order writes ({@link
 *       io.scrubjay.engine.spdk.ondisk.StoredMask}).
 *   <li><b>private name</b>: the name of a volume that is the engine's own business, and what it means after a crash ({@link
 *       io.scrubjay.engine.spdk.ondisk.PrivateName}).
 *   <li><b>store check</b>: which volumes SPDK would pass over in silence, and whether it may load the store ({@link
 *       io.scrubjay.engine.spdk.ondisk.StoreCheck}).
 *   <li><b>unfinished snapshot</b>: one that a crash has cut off; ended before SPDK looks ({@link
 *       io.scrubjay.engine.spdk.ondisk.UnfinishedSnapshots}).
 * </ul>
 *
 * <p>Written to only by whoever opens the pool, before SPDK has the store or after it has given it up. Confined to that
 * thread; calls block for the device.
 */
package io.scrubjay.engine.spdk.ondisk;
