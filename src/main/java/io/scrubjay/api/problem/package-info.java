// SPDX-License-Identifier: Apache-2.0
/**
 * Why a request was not granted, as problem+json (RFC 9457).
 *
 * <ul>
 *   <li><b>problem</b>: the JSON object of such an answer, with a stable code ({@link io.scrubjay.api.problem.Problem}).
 *   <li><b>reference</b>: under which the log tells more of a failure than its client is told.
 *   <li><b>cut</b>: what is left when an answer has begun and turns out to be wrong: its connection or stream ends before it.
 * </ul>
 *
 * <p>One place makes problems out of exceptions, for every operation; {@code gate} sends its own with {@link
 * io.scrubjay.api.problem.ProblemAnswer}. Knows no other room of the API. Any thread, except that a request's event loop
 * sends and cuts.
 */
package io.scrubjay.api.problem;
