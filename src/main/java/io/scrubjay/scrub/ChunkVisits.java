// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.EngineException;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.Lease;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/** Checks each stored chunk of an image. Thread-safe: workers visit several chunks at once. */
final class ChunkVisits implements ChunkWalk.Visitor {
    private final ScrubTools tools;
    private final ScrubRun run;
    private final Lease<Image> lease;
    private final ImageKey image;
    private final ChunkGrid grid;
    private final ChunkComparison comparison;
    private final ChunkConfirmation confirmation;
    private final ImageFindings findings;
    private final VolumeEnd end;
    private final UncheckedChunks unchecked = new UncheckedChunks();
    private volatile boolean cutShort;

    ChunkVisits(
            ScrubTools tools,
            ScrubRun run,
            Lease<Image> lease,
            ChunkGrid grid,
            ChunkComparison comparison,
            ChunkConfirmation confirmation,
            ImageFindings findings,
            VolumeEnd end) {
        this.tools = tools;
        this.run = run;
        this.lease = lease;
        this.image = lease.leased().key();
        this.grid = grid;
        this.comparison = comparison;
        this.confirmation = confirmation;
        this.findings = findings;
        this.end = end;
    }

    /** Whether the walk ended before its last chunk. */
    boolean isCutShort() {
        return cutShort;
    }

    /** @throws EngineException when some chunks could not be checked */
    void requireAllChecked() {
        unchecked.requireNone();
    }

    @Override
    public boolean admits(long chunk) {
        if (!tools.pace().pass(grid.range(chunk).length(), () -> !run.isEnded() && !lease.isAskedBack())) {
            cutShort = true;
            return false;
        }
        run.at(image.name(), chunk);
        return true;
    }

    @Override
    public void bytes(long chunk, ByteBuffer bytes) {
        judge(chunk, comparison.compare(chunk, bytes));
    }

    @Override
    public void unreadable(long chunk, EngineException failure) {
        if (failure instanceof EngineException.DeviceStalled) {
            throw failure;
        }
        judge(chunk, Reading.UNREADABLE);
    }

    private void judge(long chunk, Reading first) {
        ByteRange range = grid.range(chunk);
        tools.totals().read(range.length());
        Reading reading;
        try {
            reading = first.isIntact() ? first : confirmation.confirm(chunk, first);
        } catch (EngineException.DeviceFailed failure) {
            unchecked.add(chunk, failure);
            run.read(range.length());
            return;
        }
        unchecked.checked();
        reading.wrong().ifPresent(kind -> found(kind, finding(chunk, kind, reading)));
        run.read(range.length());
    }

    private void found(FindingKind kind, Finding finding) {
        if (kind == FindingKind.UNREADABLE) {
            findings.addGone(List.of(finding), end);
        } else {
            findings.add(List.of(finding));
        }
    }

    private Finding finding(long chunk, FindingKind kind, Reading reading) {
        return new Finding(
                image, kind, OptionalLong.of(chunk), grid.range(chunk), comparison.expected(chunk), reading.actual());
    }
}
