// SPDX-License-Identifier: Apache-2.0
/**
 * Tells clients why a request failed or was refused, as problem+json (RFC 9457).
 *
 * <ul>
 *   <li><b>problem</b>: the JSON object of such a response, with a stable code
 *       ({@link io.scrubjay.api.problem.Problem}).
 *   <li><b>reference</b>: an id that the client is given, with which an administrator finds the details of a failure in
 *       the log.
 *   <li><b>cut</b>: the way to report an error once a response has begun: the connection or stream ends before the
 *       response does.
 * </ul>
 *
 * <p>{@link io.scrubjay.api.problem.ProblemMapper} turns the exceptions of all operations into problems; {@code gate}
 * sends its own with {@link io.scrubjay.api.problem.ProblemAnswer}. This package uses no other subpackage of the API.
 * Any thread may call it, but only a request's event loop sends a response or cuts it.
 */
package io.scrubjay.api.problem;
