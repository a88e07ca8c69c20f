// SPDX-License-Identifier: Apache-2.0
/**
 * What proves an image: its leaves, its manifest, and the commit.
 *
 * <ul>
 *   <li><b>leaf</b>: SHA-256 and CRC-32C of one chunk ({@link io.scrubjay.manifest.Leaf}). All-zero chunks have none.
 *   <li><b>leaf table</b>: the leaves of one image in the order of their chunks ({@link
 *       io.scrubjay.manifest.LeafTable}).
 *   <li><b>manifest</b>: the durable record of one image's snapshot ({@link io.scrubjay.manifest.Manifest}); its bytes
 *       are described in {@code docs/manifest-format.md}.
 *   <li><b>commit</b>: the rename of the staged manifest's volume. An image exists from that moment, and is gone from
 *       the moment its manifest's volume is renamed once more, to say that it is deleted; what happens to the snapshot
 *       itself decides nothing.
 *   <li><b>id</b>: what an image or snapshot is ({@link io.scrubjay.manifest.ImageId}), or a volume ({@link
 *       io.scrubjay.manifest.VolumeId}), whatever it is called; both are stored in one form ({@link
 *       io.scrubjay.manifest.StoredId}), by which all belongs together that the pool has of one of them.
 *   <li><b>origin</b>: what the proven bytes came from: an upload, or a volume at a point in time ({@link
 *       io.scrubjay.manifest.Origin}).
 *   <li><b>label</b>: the durable record that a user's volume exists, and what it is called ({@link
 *       io.scrubjay.manifest.VolumeLabel}); committed by a rename as a manifest is.
 *   <li><b>quarantine marker</b>: the durable record that an image has a confirmed finding ({@link
 *       io.scrubjay.manifest.QuarantineMarker}).
 * </ul>
 *
 * <p>Everything lies in the pool, as volumes whose names {@link io.scrubjay.manifest.PoolName} gives, written and read
 * through the storage SPI alone. {@link io.scrubjay.manifest.ManifestStore} blocks and is for workers; values are
 * immutable and for any thread; hashers, encoders and decoders are confined to whoever made them.
 */
package io.scrubjay.manifest;
