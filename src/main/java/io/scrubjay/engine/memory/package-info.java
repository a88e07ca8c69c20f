// SPDX-License-Identifier: Apache-2.0
/**
 * The engine that keeps its pool in memory: for tests and trials, and as the executable specification of the storage
 * SPI. Where the SPI allows more than one behaviour, this engine behaves like SPDK: snapshots and clones share clusters
 * along the chain of parents, and a thick volume becomes thin once a snapshot is taken of it.
 *
 * <ul>
 *   <li><b>medium</b>: the storage, which remains when the engine is closed:
 *       {@link io.scrubjay.engine.memory.MemoryMedium}; one engine at a time may have it open.
 *   <li><b>stored volume</b>: one volume or snapshot on the medium.
 *   <li><b>own cluster</b>: one that the volume itself holds; the others are its parent's, or zeroes.
 * </ul>
 *
 * <p>Everything on a medium is guarded by the medium's monitor. The engine has two threads for I/O.
 */
package io.scrubjay.engine.memory;
