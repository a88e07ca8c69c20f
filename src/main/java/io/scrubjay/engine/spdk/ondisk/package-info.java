// SPDX-License-Identifier: Apache-2.0
/**
 * Reads, checks and repairs SPDK's on-disk format without SPDK. It depends only on bytes and values: neither on a
 * running SPDK nor on the kind of device.
 *
 * <ul>
 *   <li><b>medium</b>: the storage below a store, accessed without SPDK
 *       ({@link io.scrubjay.engine.spdk.ondisk.Medium}).
 *   <li><b>super block</b>: the first page of a store, which says where everything is, and whether the store was shut
 *       down cleanly ({@link io.scrubjay.engine.spdk.ondisk.SuperBlock}).
 *   <li><b>page, region</b>: metadata is stored in pages of 4 KiB, each with its own checksum; all pages together are
 *       the region ({@link io.scrubjay.engine.spdk.ondisk.MetadataPage},
 *       {@link io.scrubjay.engine.spdk.ondisk.MetadataRegion}).
 *   <li><b>blob</b>: SPDK's word for a volume: a chain of pages, and pages that list its clusters ({@link
 *       io.scrubjay.engine.spdk.ondisk.StoredBlob}).
 *   <li><b>mask</b>: a list of the pages, clusters or volumes in use, which SPDK writes at a clean shutdown
 *       ({@link io.scrubjay.engine.spdk.ondisk.StoredMask}).
 *   <li><b>private name</b>: a name that the engine gives to a volume for internal use; it says what to do with the
 *       volume after a crash ({@link io.scrubjay.engine.spdk.ondisk.PrivateName}).
 *   <li><b>store check</b>: finds the volumes that SPDK would silently ignore, and says whether SPDK may load the store
 *       ({@link io.scrubjay.engine.spdk.ondisk.StoreCheck}).
 *   <li><b>unfinished snapshot</b>: a snapshot whose creation or deletion a crash interrupted; it is put right before
 *       SPDK loads the store ({@link io.scrubjay.engine.spdk.ondisk.UnfinishedSnapshots}).
 * </ul>
 *
 * <p>Only the thread that opens the pool writes here, before SPDK loads the store or after SPDK has released it.
 * Confined to that thread; calls block for the device.
 */
package io.scrubjay.engine.spdk.ondisk;
