// SPDX-License-Identifier: Apache-2.0
/**
 * Reads stored chunks again and compares them with their leaves.
 *
 * <ul>
 *   <li><b>run</b>: one scrub of one target, from the request for it to its end ({@link io.scrubjay.scrub.ScrubRun});
 *       other packages see it as a {@link io.scrubjay.scrub.RunReport}.
 *   <li><b>finding</b>: an error in one chunk, confirmed by reading the chunk again
 *       ({@link io.scrubjay.scrub.Finding}).
 *   <li><b>transient</b>: a chunk that differed once and was right when it was read again. It is counted, but is never
 *       a finding.
 *   <li><b>pace</b>: makes the scrub wait before each chunk, for the rate limit and while it is paused
 *       ({@link io.scrubjay.scrub.Pace}).
 *   <li><b>history</b>: the record of runs that survives restarts ({@link io.scrubjay.scrub.ScrubHistory}). It may be
 *       lost: every image and every quarantine is still known without it.
 * </ul>
 *
 * <p>INVARIANT I-8: nothing here writes a byte of an image: handles are opened to verify, and the only thing a scrub
 * ever writes to the pool is a quarantine marker. One run is in progress at a time, on the thread
 * {@code scrubjay-scrub}; the scrub's own workers compare the chunks. Any thread that may block for the device may call
 * {@link io.scrubjay.scrub.Scrubber}.
 */
package io.scrubjay.scrub;
