// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Decodes a manifest from its stored bytes, piece by piece. It trusts nothing: memory use grows with the bytes that
 * were received, never with a number that they contain. Confined to one thread.
 */
public final class ManifestDecoder {
    /** The part of the manifest that the next bytes belong to, in their order. */
    private enum Section {
        PREFIX,
        HEADER,
        RUNS,
        LEAVES,
        TRAILER,
        END
    }

    private static final int RUNS_AT_ONCE = 1024;
    private static final int PACKED_BYTES_FIRST = 1 << 20;

    private final MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
    private final LeafRuns runs = new LeafRuns();
    private Section section = Section.PREFIX;
    /** Collects bytes until there are enough to decode. */
    private ByteBuffer gathered = ByteBuffer.allocate(StoredHeader.PREFIX_BYTES);

    private StoredHeader head;
    private byte[] packed = new byte[0];
    private int packedLength;
    private long taken;

    /**
     * Reads from the source's position up to the end of the manifest; bytes after that end are left in the source.
     *
     * @throws ManifestDamaged as soon as the bytes cannot become a manifest; the decoder cannot be used afterwards
     */
    public void decode(ByteBuffer source) {
        while (section != Section.END && source.hasRemaining()) {
            if (section == Section.LEAVES) {
                takeLeaves(source);
            } else {
                gather(source);
            }
        }
    }

    /** Whether all bytes of the manifest have been decoded. */
    public boolean isComplete() {
        return section == Section.END;
    }

    /**
     * The manifest.
     *
     * @throws ManifestDamaged when bytes are missing, or the leaves do not match the content digest
     */
    public Manifest finish() {
        if (!isComplete()) {
            throw new ManifestDamaged("cut short", taken);
        }
        try {
            return new Manifest(head.header(), runs.table(packed));
        } catch (IllegalArgumentException impossible) {
            throw new ManifestDamaged("the manifest contradicts itself: " + impossible.getMessage(), taken, impossible);
        }
    }

    private void gather(ByteBuffer source) {
        int length = Math.min(source.remaining(), gathered.remaining());
        gathered.put(source.slice(source.position(), length));
        source.position(source.position() + length);
        taken += length;
        if (!gathered.hasRemaining()) {
            understand();
        }
    }

    private void understand() {
        switch (section) {
            case PREFIX -> {
                ByteBuffer whole = ByteBuffer.allocate(StoredHeader.headBytes(gathered));
                gathered = whole.put(gathered.flip());
                section = Section.HEADER;
            }
            case HEADER -> {
                head = StoredHeader.decode(gathered);
                hash.update(gathered.flip());
                section = Section.RUNS;
                afterRuns();
            }
            case RUNS -> {
                hash.update(gathered.flip());
                takeRuns();
                afterRuns();
            }
            case TRAILER -> {
                if (!MessageDigest.isEqual(gathered.array(), hash.digest())) {
                    throw new ManifestDamaged("the checksum is wrong", taken - StoredHeader.TRAILER_BYTES);
                }
                section = Section.END;
            }
            case LEAVES, END -> throw new AssertionError(section);
        }
    }

    private void takeRuns() {
        long chunks = new ChunkGrid(head.header().lengthBytes()).count();
        for (gathered.rewind(); gathered.hasRemaining(); ) {
            long first = gathered.getLong();
            int count = gathered.getInt();
            boolean apart = runs.runs() == 0 ? first >= 0 : first > runs.endChunk();
            if (!apart || count <= 0 || first > chunks - count || count > head.leaves() - runs.leaves()) {
                throw new ManifestDamaged(
                        "run " + runs.runs() + " is absurd: " + Integer.toUnsignedString(count) + " chunks from "
                                + Long.toUnsignedString(first),
                        taken - gathered.remaining() - StoredHeader.RUN_BYTES);
            }
            runs.addRun(first, count);
        }
    }

    /** Continues with more runs, or with the section after the last run. */
    private void afterRuns() {
        int left = head.runs() - runs.runs();
        if (left > 0) {
            gathered = ByteBuffer.allocate(Math.min(left, RUNS_AT_ONCE) * StoredHeader.RUN_BYTES);
        } else if (runs.leaves() != head.leaves()) {
            throw new ManifestDamaged(
                    "the runs hold " + runs.leaves() + " leaves, the header says " + head.leaves(), taken);
        } else if (head.leaves() > 0) {
            section = Section.LEAVES;
        } else {
            expectTrailer();
        }
    }

    private void takeLeaves(ByteBuffer source) {
        int packedBytes = head.leaves() * Leaf.BYTES;
        int length = Math.min(source.remaining(), packedBytes - packedLength);
        if (packedLength + length > packed.length) {
            long grown = Math.max((long) packedLength + length, Math.max(PACKED_BYTES_FIRST, 2L * packed.length));
            packed = Arrays.copyOf(packed, (int) Math.min(grown, packedBytes));
        }
        source.get(packed, packedLength, length);
        hash.update(packed, packedLength, length);
        packedLength += length;
        taken += length;
        if (packedLength == packedBytes) {
            expectTrailer();
        }
    }

    private void expectTrailer() {
        section = Section.TRAILER;
        gathered = ByteBuffer.allocate(StoredHeader.TRAILER_BYTES);
    }
}
