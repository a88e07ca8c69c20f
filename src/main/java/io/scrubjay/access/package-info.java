// SPDX-License-Identifier: Apache-2.0
/**
 * Who may do what, and how a caller proves who it is. No HTTP in here: credentials come in as text, callers go out.
 *
 * <ul>
 *   <li><b>role</b>: what a caller may do; each includes the one before ({@link io.scrubjay.access.Role}).
 *   <li><b>caller</b>: a name, and the role it has, if any ({@link io.scrubjay.access.Caller}).
 *   <li><b>way</b>: how a caller proved who it is ({@link io.scrubjay.access.Way}).
 *   <li><b>token</b>: a secret that stands for a caller; kept as a hash ({@link io.scrubjay.access.Tokens}).
 *   <li><b>subject</b>: what an issuer of tokens or certificates calls somebody ({@link io.scrubjay.access.Subjects}).
 *   <li><b>upload grant</b>: leave to create one image until some moment, signed ({@link
 *       io.scrubjay.access.UploadGrant}).
 *   <li><b>watched file</b>: a mounted file with secrets that may change while the agent runs ({@link
 *       io.scrubjay.access.WatchedFile}).
 * </ul>
 *
 * <p>Everything here is immutable, or thread-safe and never waits. Only whoever looks at a file again waits for it, and
 * calls from a worker.
 */
package io.scrubjay.access;
