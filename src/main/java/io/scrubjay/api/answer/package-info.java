// SPDX-License-Identifier: Apache-2.0
/**
 * The bodies of answers.
 *
 * <ul>
 *   <li><b>outgoing body</b>: one that is made while it is sent ({@link io.scrubjay.api.answer.OutgoingBody}): stored bytes
 *       as they are read, or JSON of any length as it is computed.
 *   <li><b>outflow</b>: the sending of one, at the client's pace; a client that takes nothing is cut off.
 *   <li><b>range</b>: the part of the bytes that a client asks for.
 * </ul>
 *
 * <p>INVARIANT: an outgoing body is closed exactly when its request is over, whether anything of it was sent or not. Event
 * loops send; workers read and compute.
 */
package io.scrubjay.api.answer;
