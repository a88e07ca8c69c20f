// SPDX-License-Identifier: Apache-2.0
/**
 * The storage SPI: what every kind of pool can do, whatever lies below it.
 *
 * <ul>
 *   <li><b>pool</b>: all the storage one agent owns.
 *   <li><b>engine</b>: the code that runs a pool, {@link io.scrubjay.engine.StorageEngine}.
 *   <li><b>cluster</b>: what the pool hands out to a thin volume at once, a power of two.
 *   <li><b>volume</b>: a readable and writable logical volume, thin unless asked otherwise.
 *   <li><b>snapshot</b>: a read-only, point-in-time volume.
 *   <li><b>clone</b>: a volume that begins with a snapshot's bytes.
 *   <li><b>handle</b>: an open volume, {@link io.scrubjay.engine.Volume}; it reads, verifies or writes, {@link
 *       io.scrubjay.engine.Access}.
 *   <li><b>unreadable</b>: what lies in a pool and could not be read when that was opened, {@link
 *       io.scrubjay.engine.Unreadable}. It is never taken for something that is not there.
 * </ul>
 *
 * <p>Calls that change the pool block their caller until the medium has the change; they are made by workers, never by
 * an event loop. Reads and writes through an open {@link io.scrubjay.engine.Volume} answer with a {@link
 * java.util.concurrent.CompletionStage}, so that one worker can keep a device busy. A failure is an {@link
 * io.scrubjay.engine.EngineException}, which says whose fault it is and whether another try may help.
 *
 * <p>Concerns that cut across engines (metering, deadlines, faults in tests) are decorators on the two interfaces.
 */
package io.scrubjay.engine;
