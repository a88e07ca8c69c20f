// SPDX-License-Identifier: Apache-2.0
/**
 * Turns written bytes into a proven image, in the same way wherever they come from.
 *
 * <ul>
 *   <li><b>head</b>: the temporary volume that holds the written bytes ({@link io.scrubjay.seal.Head}).
 *   <li><b>draft</b>: the content of the manifest to come: length, leaves, footprint, origin
 *       ({@link io.scrubjay.seal.Draft}).
 *   <li><b>seal</b>: flush and close the head, read it back, make it a snapshot, read that back, commit the manifest
 *       ({@link io.scrubjay.seal.Sealing}); a listener is told of each {@linkplain io.scrubjay.seal.SealStep step}. An
 *       image that is made from a volume or snapshot has no head, and its seal begins with reading its snapshot back.
 *   <li><b>proven</b>: read back from the medium, bypassing every cache, with the same content digest as the draft.
 *   <li><b>wanted</b>: tells a seal whether its image is still wanted; if not, the seal ends early
 *       ({@link io.scrubjay.seal.Wanted}).
 * </ul>
 *
 * <p>This package knows neither the sender of the bytes nor the catalog: it is given leaves and origin, and returns the
 * header of a committed manifest. The caller provides a thread that may wait for the device, and cleans up after a
 * failure.
 */
package io.scrubjay.seal;
