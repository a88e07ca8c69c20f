// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/**
 * How busy SPDK's thread has been since its start.
 *
 * @param busyTicks time with work
 * @param idleTicks time without
 * @param ticksPerSecond the clock of both
 */
public record ReactorLoad(long busyTicks, long idleTicks, long ticksPerSecond) {}
