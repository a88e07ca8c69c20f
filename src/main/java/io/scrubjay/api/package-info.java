// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP API as a whole: the OpenAPI document, which problems and methods each path has, and what every request's head
 * has to keep to.
 *
 * <p>Below it is a room for each thing that clients ask for: {@link io.scrubjay.api.image}, {@link io.scrubjay.api.upload},
 * {@link io.scrubjay.api.volume}, {@link io.scrubjay.api.export}, {@link io.scrubjay.api.scrub} and {@link
 * io.scrubjay.api.pool}; and four that these share: {@link io.scrubjay.api.lookup}, {@link io.scrubjay.api.body}, {@link
 * io.scrubjay.api.answer} and {@link io.scrubjay.api.problem}.
 *
 * <ul>
 *   <li><b>operation</b>: a method of a path, as the OpenAPI document has it.
 *   <li><b>resource</b>: a class that answers the operations of a few paths.
 *   <li><b>view</b>: a record that is a JSON object in an answer; nothing inside the agent uses one.
 *   <li><b>order</b>, <b>change</b>: a record that is a JSON object in a request.
 * </ul>
 *
 * <p>Event loops parse, pass buffers on and answer; workers do whatever touches the device, hashes or waits.
 */
package io.scrubjay.api;
