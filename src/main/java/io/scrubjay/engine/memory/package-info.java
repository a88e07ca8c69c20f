// SPDX-License-Identifier: Apache-2.0
/**
 * The engine that keeps its pool in memory: for tests and trials, and the storage SPI's executable specification. Where
 * the SPI leaves a choice, this engine does what SPDK does: snapshots and clones share clusters along the chain of
 * parents, and a thick volume is thin once it has a snapshot below it.
 *
 * <ul>
 *   <li><b>medium</b>: what stays when the engine is closed, {@link io.scrubjay.engine.memory.MemoryMedium}; one engine
 *       at a time may have it open.
 *   <li><b>stored volume</b>: one volume or snapshot on the medium.
 *   <li><b>own cluster</b>: one that the volume itself holds; the others are its parent's, or zeroes.
 * </ul>
 *
 * <p>Everything on a medium is guarded by the medium's monitor. I/O runs on two threads of the engine.
 */
package io.scrubjay.engine.memory;
