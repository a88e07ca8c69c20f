// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;

import java.util.HexFormat;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The JSON form of a manifest, leaf by leaf. Confined to one thread at a time. */
final class ManifestJson implements Iterator<String> {
    private final LeafTable.Cursor cursor;
    private final byte[] sha256 = new byte[32];
    private boolean hasNext;

    private ManifestJson(LeafTable leaves) {
        this.cursor = leaves.cursor();
        this.hasNext = cursor.next();
    }

    static GeneratedBody.Source of(Manifest manifest) {
        String head = "{\"formatVersion\":" + manifest.header().formatVersion()
                + ",\"lengthBytes\":" + manifest.lengthBytes()
                + ",\"chunkSizeBytes\":" + ChunkGrid.CHUNK_BYTES
                + ",\"contentDigest\":\"" + manifest.contentDigest() + "\""
                + ",\"leaves\":[";
        return new JsonItems(head, new ManifestJson(manifest.leaves()));
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
        String leaf = "{\"chunk\":" + cursor.chunk()
                + ",\"sha256\":\"" + HexFormat.of().formatHex(sha256)
                + "\",\"crc32c\":\"" + HexFormat.of().toHexDigits(cursor.crc32c()) + "\"}";
        hasNext = cursor.next();
        return leaf;
    }
}
