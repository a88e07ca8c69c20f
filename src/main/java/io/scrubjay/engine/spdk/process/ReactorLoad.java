// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/**
 * How busy SPDK's thread has been since its start.
 *
 * @param busyTicks the time with work
 * @param idleTicks the time without work
 * @param ticksPerSecond the frequency of the clock that counts both
 */
public record ReactorLoad(long busyTicks, long idleTicks, long ticksPerSecond) {}
