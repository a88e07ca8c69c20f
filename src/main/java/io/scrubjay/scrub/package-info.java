// SPDX-License-Identifier: Apache-2.0
/**
 * Reading stored chunks again and comparing them with their leaves.
 *
 * <ul>
 *   <li><b>run</b>: one scrub of one target, from its order to its end ({@link io.scrubjay.scrub.ScrubRun}); what
 *       outsiders see of it is a {@link io.scrubjay.scrub.RunReport}.
 *   <li><b>finding</b>: what is wrong with one chunk, confirmed by reading it again ({@link
 *       io.scrubjay.scrub.Finding}).
 *   <li><b>transient</b>: a chunk that was wrong once and right when it was read again. Counted, never a finding.
 *   <li><b>pace</b>: where the scrub waits before each chunk: for the rate limit, and while it is paused ({@link
 *       io.scrubjay.scrub.Pace}).
 *   <li><b>history</b>: what is remembered of runs over restarts ({@link io.scrubjay.scrub.ScrubHistory}). Soft state:
 *       without it every image and every quarantine is still known.
 * </ul>
 *
 * <p>INVARIANT I-8: nothing here writes a byte of an image; handles are opened to verify, and all that is ever written
 * to the pool is a quarantine marker. One run at a time, driven by the thread {@code scrubjay-scrub}; chunks are compared by
 * workers of its own. {@link io.scrubjay.scrub.Scrubber} is for any thread that may block for the device.
 */
package io.scrubjay.scrub;
