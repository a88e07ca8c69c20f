// SPDX-License-Identifier: Apache-2.0
/**
 * What stands before the resources: who asks, how much at once and for how long, and the record of it.
 *
 * <ul>
 *   <li><b>mechanism</b>: finds out who sends a request ({@link io.scrubjay.gate.CallerMechanism}); what a caller may do
 *       is said at each resource.
 *   <li><b>limit</b>: how many connections and requests at once, how large a JSON body, how long for a head or a small
 *       body ({@link io.scrubjay.gate.GateConfig}).
 *   <li><b>small body</b>: one that is received as a whole before a worker begins with its request; all but the bytes of
 *       images and volumes.
 *   <li><b>audit line</b>: who changed what, with which result; one for each request that changes something or was
 *       refused ({@link io.scrubjay.gate.AuditLog}).
 * </ul>
 *
 * <p>All of it runs on event loops and never waits; only the end of a request may be heard in another thread.
 */
package io.scrubjay.gate;
