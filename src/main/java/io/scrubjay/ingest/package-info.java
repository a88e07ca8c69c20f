// SPDX-License-Identifier: Apache-2.0
/**
 * Turns an uploaded byte stream into an image.
 *
 * <ul>
 *   <li><b>ingest</b>: one such run, {@link io.scrubjay.ingest.Ingest}: it receives, seals, and ends ready or failed.
 *   <li><b>intake</b>: the half that handles the stream: takes the sent bytes in order, and decodes them
 *       ({@link io.scrubjay.source}).
 *   <li><b>assembler</b>: the half that handles the disk: creates the head, and writes the disk's bytes in whole
 *       clusters.
 *   <li><b>open window</b>: a window in which pieces of the disk are put together until it is stored; the <b>share</b>
 *       is how many windows one ingest may have for this.
 *   <li><b>spool</b>: a temporary volume for bytes of the file whose place on the disk is not known yet.
 *   <li><b>head</b>: the temporary volume that the ingest writes into; <b>seal</b>: turning the head into a proven
 *       image ({@link io.scrubjay.seal}).
 *   <li><b>source digest</b>: the digest of the bytes as they were sent; <b>content digest</b>: the digest of the
 *       disk's bytes.
 * </ul>
 *
 * <p>Expected length, progress and source digests refer to the stream; size, leaves, clusters and content digest refer
 * to the disk.
 *
 * <p>Threads: the <i>sender</i> (an event loop) only copies bytes into windows. Each ingest has one <i>coordinator</i>
 * thread, which decodes windows in order, hashes the source and later seals; it may wait for the device. If it has to
 * decompress the source, it leaves hashing to a thread next to it, and xz' library has one, too. All ingests
 * share the <i>workers</i>, one per core, which scan chunks for zeroes, hash them and submit writes; workers never wait
 * for each other.
 */
package io.scrubjay.ingest;
