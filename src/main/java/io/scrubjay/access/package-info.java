// SPDX-License-Identifier: Apache-2.0
/**
 * Who may do what, and how a caller proves who it is. This package knows nothing of HTTP: it is given credentials as
 * text and returns callers.
 *
 * <ul>
 *   <li><b>role</b>: what a caller may do; each role includes the ones before it ({@link io.scrubjay.access.Role}).
 *   <li><b>caller</b>: somebody who sends requests: a name, and a role if it has one
 *       ({@link io.scrubjay.access.Caller}).
 *   <li><b>way</b>: how a caller proved who it is ({@link io.scrubjay.access.Way}).
 *   <li><b>token</b>: a secret that stands for a caller; kept as a hash ({@link io.scrubjay.access.Tokens}).
 *   <li><b>subject</b>: the name that an issuer of tokens or certificates gives to somebody
 *       ({@link io.scrubjay.access.Subjects}).
 *   <li><b>upload grant</b>: signed permission to create one image before a given moment
 *       ({@link io.scrubjay.access.UploadGrant}).
 *   <li><b>watched file</b>: a mounted file with secrets that may change while the agent runs ({@link
 *       io.scrubjay.access.WatchedFile}).
 * </ul>
 *
 * <p>Everything here is immutable, or thread-safe and never waits. Only {@link io.scrubjay.access.WatchedFile#look()}
 * reads a file, and therefore blocks: call it from a worker.
 */
package io.scrubjay.access;
