// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Wanted;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBytes;

/**
 * Passes the bytes of a disk on for as long as somebody wants them: one window of a compressed stream may hold gibibytes
 * of zeroes, and nobody who cancels its ingest should have to wait for them. Confined to one thread.
 *
 * @param wanted says why the ingest has to end, if it has to; each call then fails with that
 * @param disk takes the bytes
 */
record WantedDisk(Wanted wanted, DiskSink disk) implements DiskSink {
    @Override
    public void begin(long sizeBytes) {
        requireWanted();
        disk.begin(sizeBytes);
    }

    @Override
    public void data(DiskOffset at, LentBytes bytes) {
        requireWanted();
        disk.data(at, bytes);
    }

    @Override
    public void zeroes(DiskOffset at, long length) {
        requireWanted();
        disk.zeroes(at, length);
    }

    /** @throws RefusedException when nobody wants the disk any more */
    private void requireWanted() {
        wanted.withdrawn().ifPresent(why -> {
            throw why;
        });
    }
}
