// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.Sha256;
import io.scrubjay.block.Sha256State;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.ClusterWriter;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.SessionRecord;

/**
 * Appends to the bytes that a session has in the pool, and hashes them. Confined to one thread at a time, which waits
 * for the device.
 *
 * <p>Beyond the session's offset, a cluster may hold bytes of an earlier transfer that did not reach a checkpoint; so
 * zeroes are skipped only where the volume has no cluster.
 */
final class SpoolWriter implements AutoCloseable {
    /** A file of unknown length gets room for an eighth more at a time, and at least for this much. */
    private static final long GROWTH_BYTES_MIN = 64L << 20;

    private final StorageEngine engine;
    private final VolumeName name;
    private final ClusterWriter writer;
    private final Sha256.Resumable hash;
    private long sizeBytes;
    private long offset;

    private SpoolWriter(StorageEngine engine, VolumeName name, ClusterWriter writer, SessionRecord record) {
        this.engine = engine;
        this.name = name;
        this.writer = writer;
        this.hash = Sha256.resumed(record.received());
        this.offset = record.offsetBytes();
        this.sizeBytes = 0;
    }

    /** Opens the session's bytes for writing at its offset. */
    static SpoolWriter open(StorageEngine engine, SessionRecord record) {
        VolumeName name = PoolName.upload(record.id());
        return new SpoolWriter(engine, name, ClusterWriter.open(engine, name), record);
    }

    /**
     * Writes and hashes the next bytes of the file. Byte 0 of their window belongs at a multiple of its size. The other
     * bytes of the window are overwritten.
     */
    void write(WindowPart part) {
        ByteRange range = new ByteRange(offset, part.length());
        reach(range.end());
        hash.update(part.view());
        store(part, range);
        offset = range.end();
    }

    private void reach(long endBytes) {
        if (sizeBytes == 0) {
            sizeBytes = engine.find(name).orElseThrow().sizeBytes();
        }
        if (endBytes > sizeBytes) {
            long ahead = sizeBytes + Math.max(GROWTH_BYTES_MIN, sizeBytes / 8);
            sizeBytes = engine.resize(name, Math.max(endBytes, ahead)).sizeBytes();
        }
    }

    private void store(WindowPart part, ByteRange range) {
        int cluster = engine.traits().clusterSize().bytes();
        long windowOffset = range.offset() - part.start();
        long runFrom = range.offset();
        long at = range.offset();
        while (at < range.end()) {
            long next = Math.min((at / cluster + 1) * cluster, range.end());
            // ORDER: the cluster in which the file ends so far is written even if it is zeroes. A later write would
            // create it, and if the power fails during that write, zeroes that are durable would be lost.
            boolean skipped = next % cluster == 0 && !writer.holds(at) && isZero(part, windowOffset, at, next);
            if (skipped) {
                write(part, windowOffset, runFrom, at);
                runFrom = next;
            }
            at = next;
        }
        write(part, windowOffset, runFrom, range.end());
    }

    private static boolean isZero(WindowPart part, long windowOffset, long from, long to) {
        return ZeroScan.isZero(part.window().slice(Math.toIntExact(from - windowOffset), Math.toIntExact(to - from)));
    }

    private void write(WindowPart part, long windowOffset, long from, long to) {
        if (from < to) {
            writer.write(part.window(), windowOffset, ByteRange.between(from, to));
        }
    }

    /** Makes everything written durable; returns the state of the digest after it. */
    Sha256State flush() {
        writer.flush();
        return hash.state();
    }

    @Override
    public void close() {
        writer.close();
    }
}
