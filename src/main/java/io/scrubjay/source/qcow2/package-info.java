// SPDX-License-Identifier: Apache-2.0
/**
 * Reads and writes qcow2 files in one pass (QEMU, {@code docs/interop/qcow2.rst}).
 *
 * <ul>
 *   <li><b>cluster</b>: the unit of a qcow2 file, 512 bytes to 2 MiB; 64 KiB in files that are written. It has nothing to
 *       do with the clusters of a pool.
 *   <li><b>L1 table, L2 table</b>: where the disk's bytes are in the file; the L1 table names the L2 tables, and these
 *       name the clusters. A <b>region</b> is the part of the disk that one L2 table maps.
 * </ul>
 *
 * <p>Reading, {@link io.scrubjay.source.qcow2.Qcow2Reader}:
 *
 * <ul>
 *   <li><b>run</b>: a part of the file whose purpose is known: bytes of the disk, a compressed cluster or a table
 *       ({@link io.scrubjay.source.qcow2.Run}); it waits until its bytes arrive.
 *   <li><b>passed</b>: bytes that arrived before the table that names them. They are kept on the <b>shelf</b>, in
 *       memory, and from there in the {@link io.scrubjay.source.Spool}.
 *   <li><b>put off</b>: a table whose runs would need too much memory is kept like passed bytes, and is read at the end
 *       of the file.
 * </ul>
 *
 * <p>Only the active state of the disk is read. Reference counts, snapshots and header extensions are ignored.
 *
 * <p>Writing, {@link io.scrubjay.source.qcow2.Qcow2File}:
 *
 * <ul>
 *   <li><b>refcount block</b>: how often each cluster of a part of the file is referred to; <b>group</b>: that part. The
 *       <b>refcount table</b> says where these blocks are.
 *   <li><b>place</b>: the offset of something in the file ({@link io.scrubjay.source.qcow2.HostPlaces}).
 *   <li><b>frame</b>: a compressed cluster.
 * </ul>
 */
package io.scrubjay.source.qcow2;
