// SPDX-License-Identifier: Apache-2.0
/**
 * What proves an image: its leaves, its manifest, and the commit.
 *
 * <ul>
 *   <li><b>leaf</b>: SHA-256 and CRC-32C of one chunk ({@link io.scrubjay.manifest.Leaf}). All-zero chunks have no
 *       leaf.
 *   <li><b>leaf table</b>: the leaves of one image in the order of their chunks ({@link
 *       io.scrubjay.manifest.LeafTable}).
 *   <li><b>manifest</b>: the durable record of an image or snapshot ({@link io.scrubjay.manifest.Manifest}); its bytes
 *       are described in {@code docs/manifest-format.md}.
 *   <li><b>commit</b>: the rename of the volume with the staged manifest. An image exists from that moment on. It is
 *       deleted from the moment on which its manifest's volume is renamed again, to a name that marks it as deleted;
 *       whether the snapshot itself still exists does not matter.
 *   <li><b>id</b>: identifies an image or snapshot ({@link io.scrubjay.manifest.ImageId}) or a volume
 *       ({@link io.scrubjay.manifest.VolumeId}) independently of its name. Both are stored in one form
 *       ({@link io.scrubjay.manifest.StoredId}), by which everything in the pool that belongs to the same image,
 *       snapshot or volume is matched.
 *   <li><b>origin</b>: where the proven bytes came from: an upload, a volume at a point in time, or, for
 *       an image that nobody sent, a volume or snapshot of the same pool ({@link io.scrubjay.manifest.Origin}).
 *   <li><b>label</b>: the durable record that a user's volume exists, with its name
 *       ({@link io.scrubjay.manifest.VolumeLabel}); committed by a rename, like a manifest.
 *   <li><b>session record</b>: the durable record of a resumable upload
 *       ({@link io.scrubjay.manifest.SessionRecord}), which is replaced again and again.
 *   <li><b>quarantine marker</b>: the durable record that an image has a confirmed finding ({@link
 *       io.scrubjay.manifest.QuarantineMarker}).
 * </ul>
 *
 * <p>All of these are stored in the pool, as volumes whose names are {@link io.scrubjay.manifest.PoolName}s, and are written
 * and read through the storage SPI only. {@link io.scrubjay.manifest.ManifestStore} blocks and is for workers; values
 * are immutable and for any thread; hashers, encoders and decoders are confined to the thread that made them.
 */
package io.scrubjay.manifest;
