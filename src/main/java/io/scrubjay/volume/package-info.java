// SPDX-License-Identifier: Apache-2.0
/**
 * Volumes as users see them: created, cloned, written, grown, snapshotted, inflated, decoupled, deleted.
 *
 * <ul>
 *   <li><b>volume</b>: a readable and writable disk that a user named ({@link io.scrubjay.volume.NamedVolume}). Its
 *       bytes are in the pool volume {@code volume-<id>}; it exists exactly as long as its label does. Its size is a
 *       whole number of clusters.
 *   <li><b>clone</b>: a volume that started with the bytes of an image or snapshot; that image or snapshot cannot be
 *       deleted before the clone.
 *   <li><b>line</b>: a volume and the snapshots taken of it, in the order of time. Each of them may be deleted.
 *   <li><b>first touch</b>: the first write to a cluster that neither the volume nor a parent holds. It always writes
 *       the whole cluster, since a new cluster may contain anything.
 *   <li><b>turn</b>: the time during which one window of one write is merged and written; nothing else changes the
 *       volume during a turn ({@link io.scrubjay.volume.WriteTurns}).
 *   <li><b>job</b>: a change of a volume that takes long and runs in the background
 *       ({@link io.scrubjay.volume.VolumeJob}).
 * </ul>
 *
 * <p>Everything durable is stored in the pool, through the storage SPI; the state in memory is rebuilt from it at every
 * start. Calls block for the device and are for workers, unless their Javadoc says otherwise.
 */
package io.scrubjay.volume;
