// SPDX-License-Identifier: Apache-2.0
/**
 * Basic values that all other packages use. Nothing here knows an engine, a request or a thread, and only the JDK is
 * imported.
 *
 * <ul>
 *   <li><b>chunk</b>: the digest unit, 1 MiB always; the last chunk of a volume may be shorter ({@link
 *       io.scrubjay.block.ChunkGrid}).
 *   <li><b>cluster</b>: an engine's allocation unit, a power of two ({@link io.scrubjay.block.ClusterSize}, {@link
 *       io.scrubjay.block.ClusterMap}).
 *   <li><b>digest</b>: a hash with the name of its algorithm, written {@code sha-256:<hex>}
 *       ({@link io.scrubjay.block.Digest}).
 * </ul>
 *
 * <p>Every type is immutable and safe for any thread unless its own Javadoc says otherwise. Ranges are half-open; sizes
 * and offsets are {@code long} numbers of bytes.
 */
package io.scrubjay.block;
