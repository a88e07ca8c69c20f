// SPDX-License-Identifier: Apache-2.0
/**
 * Images and snapshots: what there is, its bytes, what proves them, and its end. A snapshot is an image of another kind, read
 * and proven in the same way; how one is taken of a volume is here, too.
 *
 * <ul>
 *   <li><b>content</b>: the logical bytes, each chunk compared with its leaf before it is sent.
 *   <li><b>proof</b>: the manifest, and the clusters that hold the bytes.
 *   <li><b>entity tag</b>: the content digest; a request can be meant for these bytes alone.
 *   <li><b>watch</b>: what one client has seen of an image that is under way.
 * </ul>
 *
 * <p>Event loops answer from the catalog; workers read, delete and take snapshots.
 */
package io.scrubjay.api.image;
