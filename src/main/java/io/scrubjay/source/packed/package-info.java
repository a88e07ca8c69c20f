// SPDX-License-Identifier: Apache-2.0
/**
 * Decompressors: one kind for each {@link io.scrubjay.source.Compression}, made by
 * {@link io.scrubjay.source.packed.Decompressors}.
 *
 * <ul>
 *   <li><b>gzip</b> (RFC 1952): one or more <b>members</b>, each with a header, deflated bytes (RFC 1951) and a trailer;
 *       the JDK's inflater.
 *   <li><b>xz</b> (the .xz file format 1.2.1): one or more streams with padding between them, each of <b>blocks</b>; XZ
 *       for Java.
 *   <li><b>zstd</b> (RFC 8878): <b>frames</b>, some of which are skipped, each with a <b>window</b>; zstd-jni.
 *   <li><b>dictionary</b>: the last decoded bytes, which later ones may refer to: a fixed 32 KiB for gzip; for xz and zstd
 *       the sender chose its size. All streams that are decoded at once share the memory for theirs
 *       ({@link io.scrubjay.source.MemoryBudget}).
 * </ul>
 *
 * <p>Bytes after the end of a stream are refused, zeroes included, except where the format has a padding.
 */
package io.scrubjay.source.packed;
