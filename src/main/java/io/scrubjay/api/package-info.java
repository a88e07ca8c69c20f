// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP API as a whole: the OpenAPI document, which methods and problems each path has, and the rules for the query
 * and headers of every request.
 *
 * <p>There is a subpackage for each thing that clients ask for: {@link io.scrubjay.api.image},
 * {@link io.scrubjay.api.upload}, {@link io.scrubjay.api.volume}, {@link io.scrubjay.api.export},
 * {@link io.scrubjay.api.scrub} and {@link io.scrubjay.api.pool}; and five subpackages that these share:
 * {@link io.scrubjay.api.lookup}, {@link io.scrubjay.api.body}, {@link io.scrubjay.api.form},
 * {@link io.scrubjay.api.answer} and {@link io.scrubjay.api.problem}.
 *
 * <ul>
 *   <li><b>operation</b>: one HTTP method of one path, as the OpenAPI document lists it.
 *   <li><b>resource</b>: a class that answers the operations of a few paths.
 *   <li><b>view</b>: a record for a JSON object in a response; nothing else inside the agent uses views.
 *   <li><b>order</b>, <b>change</b>: a record for a JSON object in a request.
 * </ul>
 *
 * <p>Event loops parse requests, pass buffers on and send responses; workers do everything that touches the device,
 * hashes or waits.
 */
package io.scrubjay.api;
