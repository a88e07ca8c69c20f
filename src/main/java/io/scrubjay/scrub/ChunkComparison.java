// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ZeroScan;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Compares the chunks of one image with its leaves, as thoroughly as the level requires.
 *
 * <p>Thread-safe: each thread has its own hasher.
 */
final class ChunkComparison {
    private final LeafTable leaves;
    private final ScrubLevel level;

    ChunkComparison(LeafTable leaves, ScrubLevel level) {
        this.leaves = leaves;
        this.level = level;
    }

    /** The result of comparing the bytes of this chunk; the last chunk may be shorter. */
    Reading compare(long chunk, ByteBuffer bytes) {
        Optional<Leaf> leaf = leaves.find(chunk);
        if (leaf.isEmpty()) {
            return ZeroScan.isZero(bytes) ? Reading.INTACT : Reading.wrong(FindingKind.STRAY, digest(bytes));
        }
        return isEqual(leaf.get(), bytes) ? Reading.INTACT : Reading.wrong(FindingKind.MISMATCH, digest(bytes));
    }

    private boolean isEqual(Leaf leaf, ByteBuffer bytes) {
        return switch (level) {
            case LIGHT -> leaf.crc32c() == LeafHasher.ofThread().crc32c(bytes);
            case DEEP -> leaf.digest().equals(LeafHasher.ofThread().leaf(bytes).digest());
        };
    }

    private String digest(ByteBuffer bytes) {
        return switch (level) {
            case LIGHT -> crc32c(LeafHasher.ofThread().crc32c(bytes));
            case DEEP -> LeafHasher.ofThread().leaf(bytes).digest().toString();
        };
    }

    /** The digest this chunk should have; empty for a chunk that should be zeroes. */
    Optional<String> expected(long chunk) {
        return leaves.find(chunk).map(leaf -> switch (level) {
            case LIGHT -> crc32c(leaf.crc32c());
            case DEEP -> leaf.digest().toString();
        });
    }

    private static String crc32c(int value) {
        return "crc32c:" + HexFormat.of().toHexDigits(value);
    }
}
