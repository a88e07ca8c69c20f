// SPDX-License-Identifier: Apache-2.0
/**
 * The agent as a whole: what it is made of, how it starts and ends, and what it tells of itself. The only package that names a
 * concrete engine; nobody uses it.
 *
 * <ul>
 *   <li><b>wiring</b>: which objects there are and what each is given ({@code …Wiring}).
 *   <li><b>setting</b>: what an administrator has said; checked at the start.
 *   <li><b>reconcile</b>: what happens before the first request: what an earlier run left half-made is removed, and the catalog
 *       is filled from the pool.
 *   <li><b>orderly stop</b>: nothing new begins, what is under way may end within the grace period, then the pool is closed.
 *   <li><b>readiness</b>: whether requests may be sent here; asked by probes.
 *   <li><b>sampled</b>: an answer of the engine that is asked for in the background, so that a scrape or a probe never waits for
 *       a device.
 * </ul>
 */
package io.scrubjay.agent;
