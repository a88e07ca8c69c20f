// SPDX-License-Identifier: Apache-2.0
/**
 * Moves bytes to and from volumes, in bounded memory.
 *
 * <ul>
 *   <li><b>window</b>: a buffer of at least one chunk and at least one cluster, filled on the way to or from the device
 *       ({@link io.scrubjay.flow.WindowPool}); a <b>part</b> of a window is its filled portion
 *       ({@link io.scrubjay.flow.WindowPart}).
 *   <li><b>filler</b>: splits a stream into windows, and pauses the sender while no window is free
 *       ({@link io.scrubjay.flow.WindowFiller}).
 *   <li><b>cluster writer</b>: writes any range of bytes to a volume, in whole clusters where there are none yet
 *       ({@link io.scrubjay.flow.ClusterWriter}).
 *   <li><b>walk</b>: reads those chunks of a volume that may have data, several at once, in any order
 *       ({@link io.scrubjay.flow.ChunkWalk}).
 *   <li><b>piece</b>: some bytes, or a number of zeroes, for a reader that gets the disk in order
 *       ({@link io.scrubjay.flow.Piece}).
 *   <li><b>admission</b>: limits how many uploads, downloads, writes or snapshots run at once; each gets a slot, and
 *       none is admitted once the agent is stopping ({@link io.scrubjay.flow.Admission}).
 * </ul>
 */
package io.scrubjay.flow;
