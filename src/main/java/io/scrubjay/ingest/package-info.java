// SPDX-License-Identifier: Apache-2.0
/**
 * One run of turning a byte stream into an image.
 *
 * <ul>
 *   <li><b>ingest</b>: the run, {@link io.scrubjay.ingest.Ingest}: receives, seals, and ends ready or failed.
 *   <li><b>intake</b>: the stream's half: takes what was sent in order, and decodes it ({@link io.scrubjay.source}).
 *   <li><b>assembler</b>: the disk's half: creates the head, and stores the disk's bytes in whole clusters.
 *   <li><b>head</b>: the temporary volume that is written into; <b>seal</b>: what makes a proven image of that ({@link
 *       io.scrubjay.seal}).
 *   <li><b>source digest</b>: over the bytes as they were sent; <b>content digest</b>: over the disk's bytes.
 * </ul>
 *
 * <p>Expected length, progress and source digests are the stream's; size, leaves, clusters and content digest are the disk's.
 *
 * <p>Threads: the <i>sender</i> (an event loop) only copies bytes into windows. Each ingest has one <i>coordinator</i>
 * thread, which decodes windows in order, hashes the source and later seals; it may wait for the device. <i>Workers</i>,
 * shared by all and as many as there are cores, scan, hash chunks and submit writes; they never wait for each other.
 */
package io.scrubjay.ingest;
