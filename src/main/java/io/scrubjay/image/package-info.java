// SPDX-License-Identifier: Apache-2.0
/**
 * Images and snapshots as the agent knows them while it runs: their names, what state each is in, and who is reading it.
 *
 * <ul>
 *   <li><b>image</b>: a snapshot that came from an ingest, with its manifest; the thing a user names.
 *   <li><b>snapshot</b>: a volume as it was at one moment, with its manifest. It has the same life as an image from its
 *       commit on, and {@link io.scrubjay.image.Image} stands for both; {@link io.scrubjay.image.ImageKind} tells which.
 *   <li><b>lease</b>: the right to use an image, a snapshot or a volume, which is not deleted meanwhile ({@link
 *       io.scrubjay.image.Lease}).
 *   <li><b>quarantine</b>: an image with a confirmed finding, or of which something is out of reach; not served until it is
 *       repaired, or found intact.
 * </ul>
 *
 * <p>What is here is rebuilt from the pool at every start; the pool is the only place that must not be lost.
 */
package io.scrubjay.image;
