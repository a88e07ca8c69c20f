// SPDX-License-Identifier: Apache-2.0
/**
 * Turns written bytes into an image that is proven: the same for every way in which bytes come to a pool.
 *
 * <ul>
 *   <li><b>head</b>: the temporary volume the bytes are written into ({@link io.scrubjay.seal.Head}).
 *   <li><b>draft</b>: what the manifest will say: length, leaves, footprint, origin ({@link io.scrubjay.seal.Draft}).
 *   <li><b>seal</b>: flush and close the head, read it back, make it a snapshot, read that back, commit the manifest
 *       ({@link io.scrubjay.seal.Sealing}); its {@linkplain io.scrubjay.seal.SealStep steps} are told to a listener.
 *   <li><b>proven</b>: read back from the medium, around every cache, with the content digest that the draft has.
 *   <li><b>wanted</b>: a seal ends early when nobody wants its image any more ({@link io.scrubjay.seal.Wanted}).
 * </ul>
 *
 * <p>Knows nothing of who sent the bytes, nor of the catalog: leaves and origin go in, and the header of a committed
 * manifest comes out. Whoever seals gives it a thread that may wait for the device, and cleans up when it fails.
 */
package io.scrubjay.seal;
