// SPDX-License-Identifier: Apache-2.0
/**
 * The bodies of requests, and what request headers say about them.
 *
 * <ul>
 *   <li><b>source</b>: where the bytes of a body come from: a connection ({@link io.scrubjay.api.body.UploadBody} reads
 *       one).
 *   <li><b>target</b>: where the bytes go; it takes them at its own pace ({@link io.scrubjay.api.body.BodyTarget}).
 *   <li><b>fault</b>: an error in a body as a whole, which is known only when the body ends
 *       ({@link io.scrubjay.api.body.BodyFault}).
 *   <li><b>unread body</b>: the body of a refused request; it is read and discarded, because most clients read no
 *       response until they have sent everything ({@link io.scrubjay.api.body.UnreadBody}).
 * </ul>
 *
 * <p>Every type here is stateless, or confined to its request's event loop.
 */
package io.scrubjay.api.body;
