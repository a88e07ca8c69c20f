// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP API: resources, wire records, problems.
 *
 * <ul>
 *   <li><b>view</b>: a record that is a JSON object on the wire; nothing inside the agent uses one.
 *   <li><b>problem</b>: why a request was not granted ({@link io.scrubjay.api.Problem}), by a stable code.
 *   <li><b>outgoing body</b>: a response that is made while it is sent ({@link io.scrubjay.api.OutgoingBody}).
 * </ul>
 *
 * <p>Event loops parse, pass buffers on and answer; whatever touches the device, hashes or waits is done by workers.
 */
package io.scrubjay.api;
