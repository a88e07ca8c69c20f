// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.block.Digest;

/**
 * Is told of the progress of a seal, on the thread that seals. Must not throw or block, since that would fail or block
 * the seal.
 */
public interface SealListener {
    /** A step begins; the previous step, if any, has succeeded. */
    void entered(SealStep step);

    /** The closed head was read back from the medium and has this content digest, which is the draft's. */
    void headProven(Digest contentDigest);

    /** The snapshot was read back from the medium and has this content digest, which is the draft's. */
    void snapshotProven(Digest contentDigest);
}
