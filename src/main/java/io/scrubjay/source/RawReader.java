// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.OptionalLong;

/**
 * {@link ImageFormat#RAW}: positions in the file and on the disk are the same. Copies nothing and keeps nothing; the
 * disk is as large as the file, or as the sender said.
 */
public final class RawReader implements FormatReader {
    private final OptionalLong sizeBytes;
    private final OptionalLong announcedBytes;
    private StreamOffset end = StreamOffset.START;

    /**
     * @param sizeBytes the disk's size if the sender gave it; it may be larger than the file, and the rest is zeroes
     * @param announcedBytes the announced length of the file, if there is one; nothing depends on whether it is right
     */
    public RawReader(OptionalLong sizeBytes, OptionalLong announcedBytes) {
        this.sizeBytes = sizeBytes;
        this.announcedBytes = announcedBytes;
    }

    @Override
    public void read(StreamPiece file, DiskSink disk) {
        if (Math.max(file.end().bytes(), announcedBytes.orElse(0)) > sizeBytes.orElse(Long.MAX_VALUE)) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the file has more bytes than the disk size given in 'size'; give a larger 'size', or leave it out");
        }
        if (end.equals(StreamOffset.START)) {
            disk.begin(sizeBytes.orElse(announcedBytes.orElse(1)));
        }
        end = file.end();
        disk.data(new DiskOffset(file.offset().bytes()), file.bytes());
    }

    @Override
    public long end(DiskSink disk) {
        return sizeBytes.orElse(end.bytes());
    }

    @Override
    public void close() {
        // There are no resources to release.
    }
}
