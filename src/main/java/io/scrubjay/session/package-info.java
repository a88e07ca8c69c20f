// SPDX-License-Identifier: Apache-2.0
/**
 * Resumable uploads: receives a file in pieces, with hours between them, over restarts of the agent, and makes an image
 * of it once it is complete.
 *
 * <ul>
 *   <li><b>session</b>: one such upload, from its creation until its image exists, it is ended, or it expires
 *       ({@link io.scrubjay.session.Sessions}). It exists in the pool, as a record
 *       ({@link io.scrubjay.manifest.SessionRecord}) and the bytes as they were sent.
 *   <li><b>offset</b>: how many bytes of the file are durable; the next piece begins there.
 *   <li><b>transfer</b>: one request that sends a piece ({@link io.scrubjay.session.Transfer}); a session has one at a
 *       time, and a second one ends the first. A session without a transfer is <b>parked</b>: it holds no thread, no
 *       window and no slot.
 *   <li><b>checkpoint</b>: the moment at which the bytes received so far become durable, and the record says so.
 *   <li><b>feed</b>: sends the bytes of a complete session through an {@link io.scrubjay.ingest.Ingest}.
 * </ul>
 *
 * <p>INVARIANT I-1: the record has the state of a SHA-256 of all bytes up to the offset, computed while they were
 * received. No image is made of a file that reads back with another SHA-256.
 *
 * <p>Threads: the <i>sender</i> (an event loop) only copies bytes into windows. <i>Workers</i>, one per core, hash and
 * write them, one after the other for each session, and make every other call to the pool; each may wait for the device.
 * Each session that becomes an image has a <i>feed</i> thread, which waits for the device and the ingest.
 *
 * <p>How a session is stored, and what a crash leaves of it: {@code
 * docs/adr/0025-a-resumable-upload-is-kept-in-the-pool-as-it-was-sent.md}.
 */
package io.scrubjay.session;
