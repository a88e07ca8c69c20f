// SPDX-License-Identifier: Apache-2.0
/**
 * The bodies of responses.
 *
 * <ul>
 *   <li><b>outgoing body</b>: a response body that is produced while it is sent
 *       ({@link io.scrubjay.api.answer.OutgoingBody}): stored bytes as they are read, a qcow2 file
 *       of them, or JSON of any length as it is computed.
 *   <li><b>outflow</b>: sends one outgoing body at the client's pace; a client that stops reading is disconnected.
 *   <li><b>range</b>: the part of the bytes that a client requests.
 * </ul>
 *
 * <p>INVARIANT: an outgoing body is closed exactly when its request ends, even if none of it was sent. Event loops
 * send; workers read and compute.
 */
package io.scrubjay.api.answer;
