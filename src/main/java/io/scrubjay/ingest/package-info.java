// SPDX-License-Identifier: Apache-2.0
/**
 * One run of turning a byte stream into an image.
 *
 * <ul>
 *   <li><b>ingest</b>: the run, {@link io.scrubjay.ingest.Ingest}: receives, seals, and ends ready or failed.
 *   <li><b>head</b>: the temporary volume it writes into; <b>seal</b>: what makes a proven image of that ({@link
 *       io.scrubjay.seal}).
 *   <li><b>source digest</b>: over the bytes as they were sent; <b>content digest</b>: over the disk's bytes.
 * </ul>
 *
 * <p>Threads: the <i>sender</i> (an event loop) only copies bytes into windows. Each ingest has one <i>coordinator</i>
 * thread, which hands windows on in order, hashes the source and later seals; it may wait for the device. <i>Workers</i>,
 * shared by all and as many as there are cores, scan, hash chunks and submit writes; they never wait for each other.
 */
package io.scrubjay.ingest;
