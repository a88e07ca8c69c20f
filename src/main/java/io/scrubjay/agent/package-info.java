// SPDX-License-Identifier: Apache-2.0
/**
 * The agent as a whole: which objects it consists of, how it starts and stops, and what it reports about itself. This
 * is the only package that names a concrete engine; no other package uses it.
 *
 * <ul>
 *   <li><b>wiring</b>: creates the objects and passes each one what it needs ({@code …Wiring}).
 *   <li><b>setting</b>: a value that an administrator configured; checked at startup.
 *   <li><b>reconcile</b>: runs before the first request: removes whatever an earlier run left unfinished, and fills the
 *       catalog from the pool.
 *   <li><b>orderly stop</b>: the agent accepts nothing new, gives running work the grace period to finish, then closes
 *       the pool.
 *   <li><b>readiness</b>: whether the agent can take requests; probes ask for it.
 *   <li><b>sampled</b>: a value that is read from the engine in the background, so that a scrape or a probe never waits
 *       for a device.
 * </ul>
 */
package io.scrubjay.agent;
