// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.block.Digest;

/** Told how far a seal is, in the thread that seals. Must not throw, and must not wait: the seal would. */
public interface SealListener {
    /** A step begins; the one before it, if any, has succeeded. */
    void entered(SealStep step);

    /** The closed head was read back from the medium and has this content digest, the draft's. */
    void headProven(Digest contentDigest);

    /** The snapshot was read back from the medium and has this content digest, the draft's. */
    void snapshotProven(Digest contentDigest);
}
