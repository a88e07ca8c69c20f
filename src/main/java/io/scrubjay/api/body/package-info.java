// SPDX-License-Identifier: Apache-2.0
/**
 * The bodies of requests, and what heads say of them.
 *
 * <ul>
 *   <li><b>source</b>: what gives the bytes of a body: a connection ({@link io.scrubjay.api.body.UploadBody} reads one).
 *   <li><b>target</b>: what takes them, at its own pace ({@link io.scrubjay.api.body.BodyTarget}).
 *   <li><b>fault</b>: what is wrong with a body as a whole, known when it ends ({@link io.scrubjay.api.body.BodyFault}).
 *   <li><b>unread body</b>: that of a refused request; it is read on and thrown away, as most clients read no answer before
 *       they have sent everything ({@link io.scrubjay.api.body.UnreadBody}).
 * </ul>
 *
 * <p>All of it is confined to the request's event loop, or stateless.
 */
package io.scrubjay.api.body;
