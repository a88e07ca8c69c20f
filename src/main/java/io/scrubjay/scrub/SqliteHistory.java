// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ResourceName;
import org.jboss.logging.Logger;

import javax.sql.DataSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The history in an SQLite database. The first statement that fails is logged as a warning, and has no other effect,
 * since scrubs do not depend on the history. Once the database can be written again, an event says how many changes
 * were lost.
 *
 * <p>Thread-safe if the data source is; SQLite itself admits one writer at a time.
 */
final class SqliteHistory implements ScrubHistory {
    private static final Logger LOG = Logger.getLogger(SqliteHistory.class);

    /** The code of the event that says that changes were lost. */
    static final String CHANGES_LOST = "history-lost";

    private static final String ADD_EVENT = "INSERT INTO event (at, code, image, message) VALUES (?, ?, ?, ?)";

    private final DataSource source;
    private final Bounds bounds;
    private final InstantSource clock;
    private final AtomicBoolean warned = new AtomicBoolean();
    /** How many changes could not be written since the last successful one. */
    private final AtomicLong lost = new AtomicLong();

    /** @param source a database that has the present schema */
    SqliteHistory(DataSource source, Bounds bounds, InstantSource clock) {
        this.source = source;
        this.bounds = bounds;
        this.clock = clock;
    }

    /** How much is remembered. */
    record Bounds(int runsMax, int eventsMax) {
        static final Bounds USUAL = new Bounds(RUNS_MAX, EVENTS_MAX);
    }

    /** Something to do with a connection. */
    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** Reads a row. */
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    @Override
    public void save(RunReport run) {
        Optional<RunReport> unused = changing(Optional.empty(), connection -> {
            connection.setAutoCommit(false);
            try {
                saveRun(connection, run);
                saveFindings(connection, run);
                if (run.state() instanceof ScrubRunState.Queued) {
                    forgetOldRuns(connection);
                }
                connection.commit();
            } catch (SQLException failure) {
                connection.rollback();
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
            return Optional.of(run);
        });
    }

    private static void saveRun(Connection connection, RunReport run) throws SQLException {
        try (PreparedStatement save = connection.prepareStatement(RunRow.SAVE_RUN)) {
            RunRow.bind(save, run);
            save.executeUpdate();
        }
    }

    /** Saves new findings. Findings are only ever added, so those beyond the stored number are the new ones. */
    private static void saveFindings(Connection connection, RunReport run) throws SQLException {
        if (run.findings().isEmpty()) {
            return;
        }
        int stored = query(
                        connection,
                        "SELECT count(*) FROM scrub_finding WHERE run_id = ?",
                        row -> row.getInt(1),
                        run.id().toString())
                .get(0);
        try (PreparedStatement save = connection.prepareStatement(RunRow.SAVE_FINDING)) {
            for (int ordinal = stored; ordinal < run.findings().size(); ordinal++) {
                RunRow.bind(save, run.id(), ordinal, run.findings().get(ordinal));
                save.addBatch();
            }
            save.executeBatch();
        }
    }

    /** Forgets the runs that were requested first, independently of the clock. */
    private void forgetOldRuns(Connection connection) throws SQLException {
        update(
                connection,
                "DELETE FROM scrub_run WHERE id NOT IN" + " (SELECT id FROM scrub_run ORDER BY rowid DESC LIMIT ?)",
                bounds.runsMax());
        update(connection, "DELETE FROM scrub_finding WHERE run_id NOT IN (SELECT id FROM scrub_run)");
    }

    @Override
    public List<RunReport> runs() {
        return attempt(
                List.of(),
                connection -> query(
                                connection,
                                "SELECT * FROM scrub_run ORDER BY rowid DESC LIMIT ?",
                                SqliteHistory::legible,
                                bounds.runsMax())
                        .stream()
                        .flatMap(Optional::stream)
                        .toList());
    }

    /**
     * Reads a run. A row of another build may have values that this one does not understand; such a row is left out.
     */
    private static Optional<RunReport> legible(ResultSet row) throws SQLException {
        try {
            return Optional.of(RunRow.run(row));
        } catch (RuntimeException unknown) {
            LOG.debugf(unknown, "a scrub run in the history cannot be read");
            return Optional.empty();
        }
    }

    @Override
    public Optional<RunReport> find(RunId id) {
        return attempt(Optional.empty(), connection -> {
            Optional<RunReport> run =
                    query(connection, "SELECT * FROM scrub_run WHERE id = ?", SqliteHistory::legible, id.toString())
                            .stream()
                            .flatMap(Optional::stream)
                            .findFirst();
            List<Finding> findings = run.isEmpty()
                    ? List.of()
                    : query(
                            connection,
                            "SELECT * FROM scrub_finding WHERE run_id = ? ORDER BY ordinal",
                            RunRow::finding,
                            id.toString());
            return run.map(found -> found.with(findings));
        });
    }

    @Override
    public void failUnfinished(Instant at, String message) {
        change(
                "UPDATE scrub_run SET state = 'failed', message = ?, ended_at = ? WHERE ended_at IS NULL",
                message,
                at.toEpochMilli());
    }

    @Override
    public void scrubbed(ImageId image, LastScrub verdict) {
        change(
                "INSERT OR REPLACE INTO last_scrub (image_id, level, finished_at, intact) VALUES (?, ?, ?, ?)",
                image.toString(),
                verdict.level().wireName(),
                verdict.finishedAt().toEpochMilli(),
                verdict.intact() ? 1 : 0);
    }

    @Override
    public Map<ImageId, LastScrub> lastScrubs() {
        return attempt(Map.of(), connection -> {
            Map<ImageId, LastScrub> verdicts = new HashMap<>();
            query(connection, "SELECT * FROM last_scrub", row -> {
                ImageId image = ImageId.parse(row.getString("image_id"));
                Instant finishedAt = Instant.ofEpochMilli(row.getLong("finished_at"));
                boolean intact = row.getInt("intact") == 1;
                ScrubLevel.ofWireName(row.getString("level"))
                        .ifPresent(level -> verdicts.put(image, new LastScrub(level, finishedAt, intact)));
                return image;
            });
            return verdicts;
        });
    }

    @Override
    public void forget(ImageId image) {
        change("DELETE FROM last_scrub WHERE image_id = ?", image.toString());
    }

    @Override
    public boolean keep(ScrubSetting setting) {
        return changing(
                false,
                connection -> update(
                                connection,
                                "INSERT OR REPLACE INTO scrub_setting (name, value, set_at) VALUES (?, ?, ?)",
                                setting.name().stored(),
                                setting.value(),
                                setting.setAt().toEpochMilli())
                        == 1);
    }

    @Override
    public List<ScrubSetting> settings() {
        return attempt(List.of(), SqliteHistory::settings);
    }

    @Override
    public boolean keeps(List<ScrubSetting> given) {
        return attempt(
                false,
                connection -> isAtItsPath(connection) && settings(connection).containsAll(given));
    }

    private static List<ScrubSetting> settings(Connection connection) throws SQLException {
        return query(connection, "SELECT * FROM scrub_setting", SqliteHistory::setting).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Whether the database file is still at its path: a file that somebody has removed can be read and written as long
     * as it is open.
     */
    private static boolean isAtItsPath(Connection connection) throws SQLException {
        return query(connection, "PRAGMA database_list", row -> Path.of(row.getString("file"))).stream()
                .allMatch(Files::exists);
    }

    /** Reads a setting; empty for one of another build that this one does not know. */
    private static Optional<ScrubSetting> setting(ResultSet row) throws SQLException {
        long value = row.getLong("value");
        Instant setAt = Instant.ofEpochMilli(row.getLong("set_at"));
        return ScrubSetting.Name.ofStored(row.getString("name")).map(name -> new ScrubSetting(name, value, setAt));
    }

    @Override
    public void note(ScrubEvent event) {
        int unused = changing(0, connection -> {
            int added = update(
                    connection,
                    ADD_EVENT,
                    event.at().toEpochMilli(),
                    event.code(),
                    event.image().map(ResourceName::value).orElse(null),
                    event.message());
            int gone = update(
                    connection,
                    "DELETE FROM event WHERE ordinal <= (SELECT max(ordinal) FROM event) - ?",
                    bounds.eventsMax());
            return added - gone;
        });
    }

    @Override
    public List<ScrubEvent> events() {
        return attempt(
                List.of(),
                connection -> query(
                        connection,
                        "SELECT * FROM event ORDER BY ordinal DESC LIMIT ?",
                        row -> new ScrubEvent(
                                Instant.ofEpochMilli(row.getLong("at")),
                                row.getString("code"),
                                Optional.ofNullable(row.getString("image")).map(ResourceName::parse),
                                row.getString("message")),
                        bounds.eventsMax()));
    }

    private void change(String sql, Object... parameters) {
        int unused = changing(0, connection -> update(connection, sql, parameters));
    }

    /** Makes a change. A change that fails counts as lost, and the next one that succeeds reports it. */
    private <T> T changing(T otherwise, Work<T> work) {
        AtomicBoolean done = new AtomicBoolean();
        T result = attempt(otherwise, connection -> {
            T changed = work.in(connection);
            done.set(true);
            long changes = lost.getAndSet(0);
            if (changes > 0) {
                tellOfLost(connection, changes);
            }
            return changed;
        });
        if (!done.get()) {
            lost.incrementAndGet();
        }
        return result;
    }

    private void tellOfLost(Connection connection, long changes) {
        String message = "the history of scrubs can be written again; changes lost meanwhile: " + changes;
        try {
            int unused = update(connection, ADD_EVENT, clock.instant().toEpochMilli(), CHANGES_LOST, null, message);
            warned.set(false);
            LOG.warn(message);
        } catch (SQLException later) {
            lost.addAndGet(changes);
        }
    }

    private <T> T attempt(T otherwise, Work<T> work) {
        // An invalid row is a failure of the database, just like an error that it reports.
        try (Connection connection = source.getConnection()) {
            return work.in(connection);
        } catch (SQLException | RuntimeException failure) {
            if (warned.compareAndSet(false, true)) {
                LOG.warnf(
                        failure,
                        "the history of scrubs in the state directory cannot be used; scrubs go on without it."
                                + " Check the directory's space and permissions");
            }
            return otherwise;
        }
    }

    private static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    private static <T> List<T> query(Connection connection, String sql, Row<T> row, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(row.of(rows));
                }
                return all;
            }
        }
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int index = 0; index < parameters.length; index++) {
            statement.setObject(index + 1, parameters[index]);
        }
    }
}
