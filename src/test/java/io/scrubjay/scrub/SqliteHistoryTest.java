// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** A database that cannot be written, or not be used at all, while the agent runs; and what is remembered afterwards. */
class SqliteHistoryTest {
    private static final List<String> TABLES =
            List.of("scrub_run", "scrub_finding", "last_scrub", "event", "scrub_setting");
    private static final ImageId IMAGE = ImageId.random();

    private final ManualClock clock = new ManualClock();

    @TempDir
    Path directory;

    private SQLiteDataSource database;

    @BeforeEach
    void create() {
        database = new SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + directory.resolve(StateDatabase.FILE_NAME)
                + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=1");
        Flyway.configure().dataSource(database).load().migrate();
    }

    /** What is wrong with the database for a while. */
    enum Trouble {
        /** Another process writes. */
        LOCKED,
        /** Another process keeps everybody out. */
        LOCKED_FOR_ALL,
        READ_ONLY,
        NO_CONNECTION,
        /** A later version has changed it. */
        NEWER_SCHEMA
    }

    /** Connects as the agent does, unless there is trouble. */
    private final class Source extends SQLiteDataSource {
        private Optional<Trouble> trouble = Optional.empty();

        @Override
        public SQLiteConnection getConnection(String user, String password) throws SQLException {
            if (trouble.equals(Optional.of(Trouble.NO_CONNECTION))) {
                throw new SQLException("Acquisition timeout while waiting for new connection");
            }
            SQLiteConnection connection = database.getConnection(user, password);
            if (trouble.equals(Optional.of(Trouble.READ_ONLY))) {
                execute(connection, "PRAGMA query_only=ON");
            }
            return connection;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void renameTables(String from, String to) throws SQLException {
        try (Connection connection = database.getConnection()) {
            for (String table : TABLES) {
                execute(connection, "ALTER TABLE %s%s RENAME TO %s%s".formatted(table, from, table, to));
            }
        }
    }

    private RunReport run() {
        return new RunReport(
                RunId.random(),
                ScrubKit.order("image/disk", ScrubLevel.DEEP),
                new ScrubRunState.Queued(clock.instant()),
                new RunProgress(3, 2, 1, 5 << 20, 4 << 20, 7, Duration.ofMillis(1234)),
                Optional.empty(),
                0,
                List.of());
    }

    private ScrubEvent event(String message) {
        return new ScrubEvent(clock.instant(), "quarantined", Optional.empty(), message);
    }

    private LastScrub verdict(ScrubLevel level) {
        return new LastScrub(level, clock.instant(), true);
    }

    @ParameterizedTest
    @EnumSource
    void whatCouldNotBeWrittenFailsNothingAndIsToldOfAfterwards(Trouble trouble) throws Exception {
        // Given
        Source source = new Source();
        SqliteHistory history = new SqliteHistory(source, SqliteHistory.Bounds.USUAL, clock);
        RunReport before = run();
        history.save(before);
        history.scrubbed(IMAGE, verdict(ScrubLevel.LIGHT));

        // When
        try (Connection other = database.getConnection()) {
            source.trouble = Optional.of(trouble);
            switch (trouble) {
                case LOCKED -> execute(other, "BEGIN IMMEDIATE");
                case LOCKED_FOR_ALL -> {
                    execute(other, "PRAGMA locking_mode=EXCLUSIVE");
                    execute(other, "BEGIN EXCLUSIVE");
                }
                case NEWER_SCHEMA -> renameTables("", "_new");
                case READ_ONLY, NO_CONNECTION -> {
                    // The source itself has it.
                }
            }
            history.save(run());
            history.scrubbed(IMAGE, verdict(ScrubLevel.DEEP));
            history.forget(IMAGE);
            history.note(event("lost"));
            assertThat(history.keep(new ScrubSetting(ScrubSetting.Name.PAUSED, 1, clock.instant())))
                    .isFalse();
            assertThat(history.runs()).hasSizeLessThanOrEqualTo(1);
            assertThat(history.events()).isEmpty();
            if (trouble == Trouble.LOCKED || trouble == Trouble.LOCKED_FOR_ALL) {
                execute(other, "ROLLBACK");
            }
        }
        source.trouble = Optional.empty();
        if (trouble == Trouble.NEWER_SCHEMA) {
            renameTables("_new", "");
        }
        history.note(event("written"));

        // Then
        assertThat(history.events())
                .extracting(ScrubEvent::code)
                .containsExactlyInAnyOrder("quarantined", SqliteHistory.CHANGES_LOST);
        assertThat(history.events())
                .filteredOn(event -> event.code().equals(SqliteHistory.CHANGES_LOST))
                .singleElement()
                .satisfies(event -> assertThat(event.message()).endsWith("lost meanwhile: 5"));
        assertThat(history.runs()).containsExactly(before);
        assertThat(history.lastScrubs()).containsEntry(IMAGE, verdict(ScrubLevel.LIGHT));
        requireNothingPutAside();
    }

    @Test
    void aDatabaseThatIsFullTakesWhatFitsAndSaysWhatItLost() throws Exception {
        // Given
        SQLiteDataSource full = new SQLiteDataSource();
        full.setUrl(database.getUrl());
        full.getConfig().setPragma(Pragma.MAX_PAGE_COUNT, "1");
        SqliteHistory history = new SqliteHistory(full, SqliteHistory.Bounds.USUAL, clock);

        // When
        history.note(event("x".repeat(1 << 20)));
        history.note(event("small"));

        // Then
        assertThat(history.events())
                .extracting(ScrubEvent::message)
                .contains("small")
                .anySatisfy(message -> assertThat(message).endsWith("lost meanwhile: 1"))
                .hasSize(2);
        requireNothingPutAside();
    }

    private void requireNothingPutAside() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("damaged"));
        }
    }
}
