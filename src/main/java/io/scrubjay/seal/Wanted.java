// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.refusal.RefusedException;

import java.util.Optional;

/**
 * Tells whether the image that is being sealed is still wanted. The sealing thread asks before each chunk that is read
 * back; must not block or throw.
 */
@FunctionalInterface
public interface Wanted {
    /** Why the seal must end; empty while it may go on. Once there is a reason, it stays. */
    Optional<RefusedException> withdrawn();
}
