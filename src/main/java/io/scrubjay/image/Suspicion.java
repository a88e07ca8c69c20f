// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

/**
 * Listener for chunks that still differ from their leaf after a re-read. This is not a finding yet: only a scrub
 * establishes one.
 *
 * <p>Any thread may call it, even several at once; it must return quickly and not throw.
 */
@FunctionalInterface
public interface Suspicion {
    /** This chunk of this image differs from what was stored, or cannot be read. */
    void suspect(Image image, long chunk);
}
