// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

/**
 * The steps of a seal, in their order. Each begins when the one before has ended. Without a head, the first three are
 * skipped.
 */
public enum SealStep {
    /** The head is made durable and closed. */
    FLUSH,
    /** The closed head is read back, and its digest compared with the draft's. */
    PROVE_HEAD,
    /** The head becomes a snapshot. */
    SNAPSHOT,
    /** The snapshot is read back, and its digest compared with the draft's. */
    PROVE_SNAPSHOT,
    /** The manifest is written, read back and committed; the image exists afterwards. */
    COMMIT
}
