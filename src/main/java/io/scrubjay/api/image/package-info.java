// SPDX-License-Identifier: Apache-2.0
/**
 * Images and snapshots: listing them, downloading their bytes, the proof of these bytes, and deleting them. A snapshot
 * is an image of another kind, read and proven in the same way; taking a snapshot of a volume is here, too.
 *
 * <ul>
 *   <li><b>content</b>: the logical bytes; each chunk is compared with its leaf before it is sent.
 *   <li><b>form</b>: how the content is downloaded, as it is or as a qcow2 file ({@code ContentForm}).
 *   <li><b>proof</b>: the manifest, and the clusters that hold the bytes.
 *   <li><b>entity tag</b>: the content digest, with a suffix for other forms than the raw bytes; with it a client can
 *       make a request apply to exactly these bytes.
 *   <li><b>watch</b>: how much one client has been told about an image that is still being made.
 * </ul>
 *
 * <p>Event loops answer from the catalog; workers read, delete and take snapshots.
 */
package io.scrubjay.api.image;
