// SPDX-License-Identifier: Apache-2.0
/**
 * The catalog of images and snapshots while the agent runs: their names, the state of each, and its readers.
 *
 * <ul>
 *   <li><b>image</b>: a snapshot in the pool that an ingest made, or that was made from a volume or another snapshot,
 *       with its manifest; users give it its name.
 *   <li><b>snapshot</b>: a volume as it was at one moment, with its manifest. From its commit on it has the same
 *       lifecycle as an image, and {@link io.scrubjay.image.Image} represents both; {@link io.scrubjay.image.ImageKind}
 *       says which one it is.
 *   <li><b>lease</b>: the right to use an image, a snapshot or a volume, which cannot be deleted until the lease ends
 *       ({@link io.scrubjay.image.Lease}).
 *   <li><b>quarantine</b>: the state of an image that has a confirmed finding, or part of which is missing or
 *       unreadable; it is not served until it is repaired or found intact.
 * </ul>
 *
 * <p>The catalog is rebuilt from the pool at every start; only the pool must not be lost.
 */
package io.scrubjay.image;
