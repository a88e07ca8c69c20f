// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.stored.StoredForm;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteDataSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Databases of soft state that earlier builds have stored, of each version of the schema there has been, closed in good order
 * and as a kill leaves them: all that was remembered is there, and more can be.
 *
 * <p>{@code ./dev test -Dtest=StoredHistoriesTest -Dscrubjay.stored=<name of this build>} stores what this build makes.
 */
class StoredHistoriesTest {
    private static final Instant LATER = Instant.parse("2026-07-01T12:00:00Z");
    private static final ImageId IMAGE = ImageId.random();

    @TempDir
    Path directory;

    @BeforeAll
    static void make(@TempDir Path temporary) throws IOException {
        for (String version : versions()) {
            StoredForm.makeIfWanted(
                    "state-" + version + "-closed",
                    Files.createDirectory(temporary.resolve("closed-" + version)),
                    into -> stored(into, version));
            StoredForm.makeIfWanted(
                    "state-" + version + "-killed",
                    Files.createDirectory(temporary.resolve("killed-" + version)),
                    into -> killed(Files.createDirectory(temporary.resolve("live-" + version)), into, version));
        }
    }

    /** All that this build's migrations lead to. */
    private static List<String> versions() {
        SQLiteDataSource none = new SQLiteDataSource();
        none.setUrl("jdbc:sqlite::memory:");
        return Stream.of(Flyway.configure().dataSource(none).load().info().all())
                .map(MigrationInfo::getVersion)
                .map(Object::toString)
                .toList();
    }

    private static SQLiteDataSource source(Path directory) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(
                "jdbc:sqlite:" + directory.resolve(StateDatabase.FILE_NAME) + "?journal_mode=WAL&synchronous=NORMAL");
        return source;
    }

    private static List<String> stored(Path into, String version) {
        SQLiteDataSource source = source(into);
        Flyway.configure().dataSource(source).target(version).load().migrate();
        ScrubHistory history = new SqliteHistory(source, SqliteHistory.Bounds.USUAL, () -> LATER);
        HistoryToStore.fill(history);
        if (Integer.parseInt(version) > 1) {
            HistoryToStore.set(history);
        }
        return HistoryFacts.of(history);
    }

    /** What is there of the files while somebody has the database open: SQLite keeps the latest beside it until then. */
    private static List<String> killed(Path live, Path into, String version) throws IOException {
        Flyway.configure().dataSource(source(live)).target(version).load().migrate();
        try (Connection open = source(live).getConnection();
                Statement statement = open.createStatement()) {
            statement.execute("SELECT count(*) FROM scrub_run");
            List<String> facts = stored(live, version);
            try (Stream<Path> files = Files.list(live)) {
                for (Path file : files.toList()) {
                    Files.copy(file, into.resolve(file.getFileName()));
                }
            }
            assertThat(into.resolve(StateDatabase.FILE_NAME + "-wal")).isNotEmptyFile();
            return facts;
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    static List<StoredForm> forms() {
        return StoredForm.named("state-");
    }

    private ScrubHistory open() {
        SQLiteDataSource source = source(directory);
        StateDatabase.Schema schema = new StateDatabase.Schema() {
            @Override
            public void migrate() {
                Flyway.configure().dataSource(source).load().migrate();
            }

            @Override
            public void disconnect() {
                // Nothing is pooled.
            }
        };
        return new StateDatabase(directory, source, schema, () -> LATER).open();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everythingIsRememberedAndMoreCanBe(StoredForm form) throws IOException {
        // Given
        form.unpack(directory);

        // When
        ScrubHistory history = open();

        // Then
        assertThat(history).isInstanceOf(SqliteHistory.class);
        assertThat(HistoryFacts.of(history)).isEqualTo(form.facts());

        // And when more is remembered
        history.failUnfinished(LATER, "the agent was stopped");
        RunReport run = HistoryToStore.run("image/later", ScrubLevel.LIGHT, new ScrubRunState.Queued(LATER), List.of());
        history.save(run);
        LastScrub verdict = new LastScrub(ScrubLevel.DEEP, LATER, true);
        history.scrubbed(IMAGE, verdict);
        ScrubEvent event = new ScrubEvent(LATER, "later", Optional.empty(), "it went on");
        history.note(event);
        ScrubSetting setting = new ScrubSetting(ScrubSetting.Name.RATE_LIMIT, 1, LATER);
        assertThat(history.keep(setting)).isTrue();
        List<String> facts = HistoryFacts.of(history);

        // Then
        ScrubHistory reopened = open();
        assertThat(HistoryFacts.of(reopened)).isEqualTo(facts);
        assertThat(reopened.find(run.id())).hasValue(run);
        assertThat(reopened.runs()).filteredOn(known -> !known.isEnded()).containsExactly(run);
        assertThat(reopened.lastScrubs()).containsEntry(IMAGE, verdict).hasSize(3);
        assertThat(reopened.events()).contains(event).hasSize(3);
        assertThat(reopened.settings()).contains(setting);
        requireNothingPutAside();
    }

    /** Who adds a step to the schema has a database of that version stored. */
    @Test
    void thereIsOneOfEachVersionOfTheSchema() {
        assertThat(forms())
                .extracting(StoredForm::name)
                .containsAll(versions().stream()
                        .flatMap(version -> Stream.of("state-" + version + "-closed", "state-" + version + "-killed"))
                        .toList());
    }

    private void requireNothingPutAside() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("damaged"));
        }
    }
}
