// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ResourceName;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Maps runs and findings to rows of their tables. Has no state. */
final class RunRow {
    /** A run that is already stored keeps its row: the rows are in the order in which the runs were requested. */
    static final String SAVE_RUN = "INSERT INTO scrub_run (id, target, level, origin, state, message,"
            + " queued_at, started_at, ended_at, images_total, images_done, images_skipped, bytes_total, bytes_read,"
            + " transients, active_millis, position_image, position_chunk, findings_total)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (id) DO UPDATE SET state = excluded.state, message = excluded.message,"
            + " started_at = excluded.started_at, ended_at = excluded.ended_at, images_total = excluded.images_total,"
            + " images_done = excluded.images_done, images_skipped = excluded.images_skipped,"
            + " bytes_total = excluded.bytes_total, bytes_read = excluded.bytes_read,"
            + " transients = excluded.transients, active_millis = excluded.active_millis,"
            + " position_image = excluded.position_image, position_chunk = excluded.position_chunk,"
            + " findings_total = excluded.findings_total";

    static final String SAVE_FINDING = "INSERT OR IGNORE INTO scrub_finding (run_id, ordinal, image, kind, chunk,"
            + " offset_bytes, length_bytes, expected, actual) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private RunRow() {}

    /** Fills the parameters of {@link #SAVE_RUN}. */
    static void bind(PreparedStatement save, RunReport run) throws SQLException {
        RunProgress progress = run.progress();
        save.setString(1, run.id().toString());
        save.setString(2, run.order().target().toString());
        save.setString(3, run.order().level().wireName());
        save.setString(4, run.order().origin().wireName());
        save.setString(5, run.state().wireName());
        save.setString(6, run.state() instanceof ScrubRunState.Failed failed ? failed.message() : null);
        save.setLong(7, run.state().queuedAt().toEpochMilli());
        bind(save, 8, run.state().started().map(Instant::toEpochMilli));
        bind(save, 9, run.state().ended().map(Instant::toEpochMilli));
        save.setInt(10, progress.imagesTotal());
        save.setInt(11, progress.imagesDone());
        save.setInt(12, progress.imagesSkipped());
        save.setLong(13, progress.bytesTotal());
        save.setLong(14, progress.bytesRead());
        save.setLong(15, progress.transients());
        save.setLong(16, progress.active().toMillis());
        save.setString(17, run.position().map(at -> at.image().value()).orElse(null));
        bind(save, 18, run.position().map(RunReport.Position::chunk));
        save.setLong(19, run.findingsTotal());
    }

    /** Fills the parameters of {@link #SAVE_FINDING}. */
    static void bind(PreparedStatement save, RunId run, int ordinal, Finding finding) throws SQLException {
        save.setString(1, run.toString());
        save.setInt(2, ordinal);
        save.setString(3, stored(finding.image()));
        save.setString(4, finding.kind().wireName());
        OptionalLong chunk = finding.chunk();
        bind(save, 5, chunk.isPresent() ? Optional.of(chunk.getAsLong()) : Optional.empty());
        save.setLong(6, finding.range().offset());
        save.setLong(7, finding.range().length());
        save.setString(8, finding.expected().orElse(null));
        save.setString(9, finding.actual().orElse(null));
    }

    private static void bind(PreparedStatement save, int index, Optional<Long> value) throws SQLException {
        if (value.isPresent()) {
            save.setLong(index, value.get());
        } else {
            save.setNull(index, Types.INTEGER);
        }
    }

    /**
     * The run in the current row, without findings.
     *
     * @throws IllegalArgumentException when the row has a value that this build does not know
     */
    static RunReport run(ResultSet row) throws SQLException {
        RunReport.Order order = new RunReport.Order(
                ScrubTarget.parse(row.getString("target")),
                known(ScrubLevel.ofWireName(row.getString("level"))),
                known(RunOrigin.ofWireName(row.getString("origin"))));
        RunProgress progress = new RunProgress(
                row.getInt("images_total"),
                row.getInt("images_done"),
                row.getInt("images_skipped"),
                row.getLong("bytes_total"),
                row.getLong("bytes_read"),
                row.getLong("transients"),
                Duration.ofMillis(row.getLong("active_millis")));
        Optional<RunReport.Position> position = Optional.empty();
        if (row.getString("position_image") != null) {
            position = Optional.of(new RunReport.Position(
                    ResourceName.parseKnown(row.getString("position_image")), row.getLong("position_chunk")));
        }
        return new RunReport(
                known(RunId.parse(row.getString("id"))),
                order,
                state(row),
                progress,
                position,
                row.getLong("findings_total"),
                List.of());
    }

    private static ScrubRunState state(ResultSet row) throws SQLException {
        Instant queuedAt = Instant.ofEpochMilli(row.getLong("queued_at"));
        Optional<Instant> started = instant(row, "started_at");
        Optional<Instant> ended = instant(row, "ended_at");
        return switch (row.getString("state")) {
            case "queued" -> new ScrubRunState.Queued(queuedAt);
            case "running" -> new ScrubRunState.Running(queuedAt, known(started));
            case "paused" -> new ScrubRunState.Paused(queuedAt, known(started));
            case "finished" -> new ScrubRunState.Finished(queuedAt, known(started), known(ended));
            case "cancelled" -> new ScrubRunState.Cancelled(queuedAt, started, known(ended));
            case "failed" ->
                new ScrubRunState.Failed(
                        queuedAt, started, known(ended), known(Optional.ofNullable(row.getString("message"))));
            default -> throw new IllegalArgumentException("unknown state");
        };
    }

    /** The finding in the current row. */
    static Finding finding(ResultSet row) throws SQLException {
        long chunk = row.getLong("chunk");
        OptionalLong place = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(chunk);
        return new Finding(
                subject(row.getString("image")),
                known(FindingKind.ofWireName(row.getString("kind"))),
                place,
                new ByteRange(row.getLong("offset_bytes"), row.getLong("length_bytes")),
                Optional.ofNullable(row.getString("expected")),
                Optional.ofNullable(row.getString("actual")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static <T> T known(Optional<T> value) {
        return value.orElseThrow(() -> new IllegalArgumentException("unknown code, or a gap"));
    }

    /**
     * The stored form of a key: an image is stored by its name alone, as before there were snapshots; a snapshot has
     * its kind before its name.
     */
    private static String stored(ImageKey key) {
        return key.kind() == ImageKind.IMAGE ? key.name().value() : key.toString();
    }

    private static ImageKey subject(String stored) {
        return ImageKey.parse(stored).orElseGet(() -> ImageKey.ofImage(ResourceName.parseKnown(stored)));
    }
}
