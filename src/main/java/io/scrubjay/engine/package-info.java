// SPDX-License-Identifier: Apache-2.0
/**
 * The storage SPI: what every kind of pool can do, on any storage.
 *
 * <ul>
 *   <li><b>pool</b>: all the storage one agent owns.
 *   <li><b>engine</b>: the code that runs a pool, {@link io.scrubjay.engine.StorageEngine}.
 *   <li><b>cluster</b>: the unit in which a pool allocates space to a thin volume; a power of two.
 *   <li><b>volume</b>: a readable and writable logical volume, thin unless asked otherwise.
 *   <li><b>snapshot</b>: a read-only, point-in-time volume.
 *   <li><b>clone</b>: a volume that starts with the bytes of a snapshot.
 *   <li><b>handle</b>: an open volume, {@link io.scrubjay.engine.Volume}; it reads, verifies or writes, {@link
 *       io.scrubjay.engine.Access}.
 *   <li><b>unreadable</b>: something in a pool that could not be read when the pool was opened,
 *       {@link io.scrubjay.engine.Unreadable}. It never counts as absent.
 * </ul>
 *
 * <p>Calls that change the pool block their caller until the change is on the medium; workers make them, never an event
 * loop. Reads and writes through an open {@link io.scrubjay.engine.Volume} return a
 * {@link java.util.concurrent.CompletionStage}, so that one worker can keep a device busy. A failure is an
 * {@link io.scrubjay.engine.EngineException}, which says whether the caller, the device or a lack of space caused it,
 * and whether a retry may help.
 *
 * <p>Concerns that cut across engines (metering, deadlines, faults in tests) are decorators of the two interfaces
 * {@link io.scrubjay.engine.StorageEngine} and {@link io.scrubjay.engine.Volume}.
 */
package io.scrubjay.engine;
