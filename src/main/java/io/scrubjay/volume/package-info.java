// SPDX-License-Identifier: Apache-2.0
/**
 * Volumes as their users know them: made, cloned, written, grown, snapshotted, inflated, decoupled, deleted.
 *
 * <ul>
 *   <li><b>volume</b>: a readable and writable disk with a name of its user's ({@link io.scrubjay.volume.NamedVolume}). Its
 *       bytes lie in the pool as {@code volume-<id>}; it exists exactly while its label does. Its size is whole clusters.
 *   <li><b>clone</b>: a volume that began with the bytes of an image or snapshot, which cannot be deleted before it.
 *   <li><b>line</b>: a volume and the snapshots taken of it. One follows on the other, and each may go.
 *   <li><b>first touch</b>: the first write to a cluster that neither the volume nor a parent holds. It is always a write of
 *       the whole cluster, since nothing is known of what a new one contains.
 *   <li><b>turn</b>: the time in which one window of one write is merged and written; nobody else changes the volume then
 *       ({@link io.scrubjay.volume.WriteTurns}).
 *   <li><b>job</b>: a change of a volume that takes long and is not waited for ({@link io.scrubjay.volume.VolumeJob}).
 * </ul>
 *
 * <p>All that must last lies in the pool, through the storage SPI; what is kept here is rebuilt from it at every start.
 * Calls block for the device and are for workers, unless they say otherwise.
 */
package io.scrubjay.volume;
