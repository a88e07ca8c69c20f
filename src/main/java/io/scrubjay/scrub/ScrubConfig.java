// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.Optional;

/** When scrubs run, and how fast. */
@ConfigMapping(prefix = "scrubjay.scrub")
public interface ScrubConfig {
    /** When every image is scrubbed with SHA-256, in Quartz's notation; {@code off} for never. */
    @WithDefault("0 0 3 ? * SUN")
    String deepCron();

    /** When every image is scrubbed with CRC-32C, in Quartz's notation; {@code off} for never. */
    @WithDefault("0 0 2 * * ?")
    String lightCron();

    /** In which time zone those times are, such as {@code Europe/Berlin}; without one, in the system's. */
    Optional<String> timeZone();

    /** A scheduled scrub starts up to this much later, at random, so that not all nodes start at once. */
    @WithDefault("30m")
    Duration jitter();

    /** How many bytes a second a scrub reads; {@code 0} for as many as it can. */
    @WithDefault("200M")
    ByteSize rateLimit();

    /** An image that no scrub has verified for this long counts as overdue. */
    @WithDefault("14d")
    Duration maxAge();

    /** Has no effect yet. */
    @WithDefault("false")
    boolean autoRepair();

    /** How many chunks are read and compared at once, each in a buffer of a mebibyte. */
    @WithDefault("24")
    int readDepth();

    /** How many threads compute and compare checksums. */
    @WithDefault("2")
    int workers();
}
