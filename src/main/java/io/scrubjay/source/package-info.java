// SPDX-License-Identifier: Apache-2.0
/**
 * The forms in which an image may arrive, and how its first bytes tell which one it is.
 *
 * <ul>
 *   <li><b>format</b>: how a disk's content is laid out in the file that was sent ({@link
 *       io.scrubjay.source.ImageFormat}).
 *   <li><b>compression</b>: what the sender wrapped around the format ({@link io.scrubjay.source.Compression}).
 * </ul>
 *
 * <p>A form that is recognised but cannot be decoded is said to be unsupported; it is never taken for raw.
 */
package io.scrubjay.source;
