// SPDX-License-Identifier: Apache-2.0
/**
 * What every request passes before it reaches a resource: authentication, limits on numbers, sizes and times, and the
 * audit log.
 *
 * <ul>
 *   <li><b>mechanism</b>: finds out who sent a request ({@link io.scrubjay.gate.CallerMechanism}); each resource
 *       declares which role its operations need.
 *   <li><b>limit</b>: how many connections and requests there may be at once, how large a JSON body may be, how long a
 *       head or a small body may take ({@link io.scrubjay.gate.GateConfig}).
 *   <li><b>small body</b>: a body that is received completely before a worker starts on the request: every body except
 *       the bytes of images and volumes.
 *   <li><b>audit line</b>: who changed what, with which result; one for each request that changes something or was
 *       refused ({@link io.scrubjay.gate.AuditLog}).
 * </ul>
 *
 * <p>Everything here runs on event loops and never waits; only the notice that a request has ended may arrive on
 * another thread.
 */
package io.scrubjay.gate;
