// SPDX-License-Identifier: Apache-2.0
/**
 * The file formats in which an image may be uploaded: how to recognise one by its first bytes, how to decompress it, and how to find the
 * disk's bytes in it.
 *
 * <ul>
 *   <li><b>stream</b>: bytes in order, as they were sent or after decompression
 *       ({@link io.scrubjay.source.StreamPiece}); <b>file</b>: the stream before the sender compressed it, if at all.
 *   <li><b>disk</b>: the content of the file. A position in a stream ({@link io.scrubjay.source.StreamOffset}) is not
 *       one on the disk ({@link io.scrubjay.source.DiskOffset}).
 *   <li><b>compression</b>: how the sender compressed the file ({@link io.scrubjay.source.Compression}); a
 *       {@link io.scrubjay.source.Decompressor} undoes it ({@link io.scrubjay.source.packed}).
 *   <li><b>format</b>: how a disk's content is laid out in the file ({@link io.scrubjay.source.ImageFormat}); a
 *       {@link io.scrubjay.source.FormatReader} finds the content and passes it to a
 *       {@link io.scrubjay.source.DiskSink}.
 *   <li><b>spool</b>: where a format reader keeps bytes in the pool of which it does not know yet where they belong on
 *       the disk ({@link io.scrubjay.source.Spool}).
 * </ul>
 *
 * <p>A format or compression that is recognised but cannot be decoded is reported as unsupported; it is never stored as
 * raw. Each decompressor and format reader belongs to one stream and one thread; they know neither windows nor volumes.
 */
package io.scrubjay.source;
