// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.refusal.RefusedException;

import java.util.Optional;

/**
 * Says whether the image that is being sealed is still wanted. Asked from the sealing thread before each chunk that is
 * read back; must not block and must not throw.
 */
@FunctionalInterface
public interface Wanted {
    /** Why the sealing is to end; empty while it may go on. Once there is a reason, it stays. */
    Optional<RefusedException> withdrawn();
}
