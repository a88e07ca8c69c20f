// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes on their way to and from volumes, in bounded memory.
 *
 * <ul>
 *   <li><b>window</b>: a buffer of at least one chunk and one cluster on its way to or from the device ({@link
 *       io.scrubjay.flow.WindowPool}); a <b>part</b> of one is what was filled of it ({@link io.scrubjay.flow.WindowPart}).
 *   <li><b>filler</b>: cuts a stream into windows, and holds the sender back when there is none ({@link
 *       io.scrubjay.flow.WindowFiller}).
 *   <li><b>walk</b>: reads the chunks of a volume that may have data, several at once, in any order ({@link
 *       io.scrubjay.flow.ChunkWalk}).
 *   <li><b>piece</b>: bytes for a reader, or a length of zeroes, in the order of the disk ({@link io.scrubjay.flow.Piece}).
 *   <li><b>admission</b>: admits so many uploads, downloads, writes or snapshots at once, each with a slot of its own, and
 *       none any more when the agent is to end ({@link io.scrubjay.flow.Admission}).
 * </ul>
 */
package io.scrubjay.flow;
