// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

/**
 * Listener for chunks that do not read as their leaf says, also when read again. It is no finding yet: to establish one
 * is the scrub's job.
 *
 * <p>Called by any thread, several at once perhaps; must return soon and not throw.
 */
@FunctionalInterface
public interface Suspicion {
    /** Says that this chunk of this image is not what was stored, or cannot be read. */
    void suspect(Image image, long chunk);
}
