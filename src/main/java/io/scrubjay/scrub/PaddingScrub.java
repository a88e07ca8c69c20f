// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.flow.Padding;
import io.scrubjay.image.Image;
import io.scrubjay.image.Lease;

import java.util.Iterator;
import java.util.OptionalLong;

/**
 * The part of a scrub that checks the padding after the last byte of an image, which no leaf covers. The first byte
 * there that is not zero, even after a re-read, is one finding; the rest is then not checked. Confined to the scrub
 * thread, which it blocks.
 */
final class PaddingScrub {
    private final ScrubTools tools;
    private final ScrubRun run;
    private final Lease<Image> lease;
    private final Padding padding;
    private final ImageFindings findings;

    PaddingScrub(ScrubTools tools, ScrubRun run, Lease<Image> lease, Padding padding, ImageFindings findings) {
        this.tools = tools;
        this.run = run;
        this.lease = lease;
        this.padding = padding;
        this.findings = findings;
    }

    /**
     * Checks all stored padding.
     *
     * @throws EngineException when the device cannot read it, which says nothing about its content
     */
    ImageScrub.Outcome scrub() {
        for (Iterator<ByteRange> pieces = padding.pieces().iterator(); pieces.hasNext(); ) {
            ByteRange piece = pieces.next();
            if (!tools.pace().pass(piece.length(), () -> !run.isEnded() && !lease.isAskedBack())) {
                return ImageScrub.Outcome.LET_GO;
            }
            OptionalLong stray = confirmed(piece);
            if (stray.isPresent()) {
                findings.addPadding(ByteRange.between(stray.getAsLong(), piece.end()));
                return ImageScrub.Outcome.COMPLETE;
            }
        }
        return ImageScrub.Outcome.COMPLETE;
    }

    /**
     * The first wrong byte, confirmed by re-reading: an error on the way from the medium disappears, but damage on the
     * medium stays.
     */
    private OptionalLong confirmed(ByteRange piece) {
        OptionalLong stray = read(piece);
        for (int again = 0; again < ChunkConfirmation.READ_AGAIN && stray.isPresent(); again++) {
            tools.pace().charge(piece.length());
            stray = read(piece);
            if (stray.isEmpty()) {
                run.transientMismatch();
                tools.totals().transientMismatch();
            }
        }
        return stray;
    }

    private OptionalLong read(ByteRange piece) {
        tools.totals().read(piece.length());
        return padding.firstStray(piece);
    }
}
