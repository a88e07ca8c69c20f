// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.GeneratedBody;
import io.scrubjay.api.answer.JsonItems;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;

import java.util.HexFormat;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The JSON form of a manifest. Immutable. */
final class ManifestJson {
    private static final String CHUNK = "{\"chunk\":";
    private static final String SHA_256 = ",\"sha256\":\"";
    private static final String CRC_32C = "\",\"crc32c\":\"";
    private static final String LEAF_END = "\"}";
    private static final int SHA_256_BYTES = 32;
    /** Of a leaf, all but the number of its chunk. */
    private static final int LEAF_BYTES = CHUNK.length()
            + SHA_256.length()
            + 2 * SHA_256_BYTES
            + CRC_32C.length()
            + 2 * Integer.BYTES
            + LEAF_END.length();

    private final String head;
    private final LeafTable leaves;

    ManifestJson(Manifest manifest) {
        this.head = "{\"formatVersion\":" + manifest.header().formatVersion()
                + ",\"lengthBytes\":" + manifest.lengthBytes()
                + ",\"chunkSizeBytes\":" + ChunkGrid.CHUNK_BYTES
                + ",\"contentDigest\":\"" + manifest.contentDigest() + "\""
                + ",\"leaves\":[";
        this.leaves = manifest.leaves();
    }

    GeneratedBody.Source source() {
        return new JsonItems(head, new Leaves(leaves.cursor()));
    }

    /** Looks at no leaf, only at which chunks have one: cheap also where there are millions. */
    long lengthBytes() {
        long numberBytes = 0;
        LeafTable.Cursor cursor = leaves.cursor();
        while (cursor.next()) {
            numberBytes += decimalDigits(cursor.chunk());
        }
        return JsonItems.lengthBytes(head, leaves.count(), numberBytes + (long) LEAF_BYTES * leaves.count());
    }

    private static int decimalDigits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** Leaf by leaf. Confined to one thread at a time. */
    private static final class Leaves implements Iterator<String> {
        private final LeafTable.Cursor cursor;
        private final byte[] sha256 = new byte[SHA_256_BYTES];
        private boolean hasNext;

        Leaves(LeafTable.Cursor cursor) {
            this.cursor = cursor;
            this.hasNext = cursor.next();
        }

        @Override
        public boolean hasNext() {
            return hasNext;
        }

        @Override
        public String next() {
            if (!hasNext) {
                throw new NoSuchElementException();
            }
            cursor.copySha256(sha256);
            String leaf = CHUNK
                    + cursor.chunk()
                    + SHA_256
                    + HexFormat.of().formatHex(sha256)
                    + CRC_32C
                    + HexFormat.of().toHexDigits(cursor.crc32c())
                    + LEAF_END;
            hasNext = cursor.next();
            return leaf;
        }
    }
}
