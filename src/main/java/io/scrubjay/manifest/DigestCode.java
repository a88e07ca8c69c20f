// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.DigestAlgorithm;

import java.util.Optional;

/** The stored codes of digest algorithms. A code never changes its meaning. */
final class DigestCode {
    /** No digest. */
    static final byte NONE = 0;

    private DigestCode() {}

    static byte of(DigestAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA_256 -> 1;
            case SHA_512 -> 2;
            case SCRUBJAY1 -> 3;
        };
    }

    static Optional<DigestAlgorithm> algorithm(byte code) {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            if (of(algorithm) == code) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
