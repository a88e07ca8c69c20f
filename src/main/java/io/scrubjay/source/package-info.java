// SPDX-License-Identifier: Apache-2.0
/**
 * The forms in which an image may arrive, how its first bytes tell which one it is, and how the disk's bytes are found in it.
 *
 * <ul>
 *   <li><b>stream</b>: bytes in order, as they were sent or as they were decompressed ({@link
 *       io.scrubjay.source.StreamPiece}); <b>file</b>: the stream that the sender compressed, or sent as it is.
 *   <li><b>disk</b>: what the file holds. A position in a stream ({@link io.scrubjay.source.StreamOffset}) is not one on the
 *       disk ({@link io.scrubjay.source.DiskOffset}).
 *   <li><b>compression</b>: what the sender wrapped around the file ({@link io.scrubjay.source.Compression}); a {@link
 *       io.scrubjay.source.Decompressor} takes it off.
 *   <li><b>format</b>: how a disk's content is laid out in the file ({@link io.scrubjay.source.ImageFormat}); a {@link
 *       io.scrubjay.source.FormatReader} finds it, and gives it to a {@link io.scrubjay.source.DiskSink}.
 * </ul>
 *
 * <p>A form that is recognised but cannot be decoded is said to be unsupported; it is never taken for raw. Decompressors and
 * readers belong to one stream and one thread; they know neither windows nor volumes.
 */
package io.scrubjay.source;
