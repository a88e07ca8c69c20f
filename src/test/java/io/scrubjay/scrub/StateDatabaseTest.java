// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ResourceName;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

import javax.sql.DataSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class StateDatabaseTest {
    private static final ResourceName DISK = ResourceName.parse("disk");

    private final ManualClock clock = new ManualClock();

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("data/state");
    }

    private SQLiteDataSource source() {
        return source(directory());
    }

    private static SQLiteDataSource source(Path directory) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(
                "jdbc:sqlite:" + directory.resolve(StateDatabase.FILE_NAME) + "?journal_mode=WAL&synchronous=NORMAL");
        return source;
    }

    /** A history that remembers this many runs and events, in a database that is there. */
    private ScrubHistory bounded(int runsMax, int eventsMax) {
        assertThat(open()).isInstanceOf(SqliteHistory.class);
        return new SqliteHistory(source(), new SqliteHistory.Bounds(runsMax, eventsMax), clock);
    }

    private ScrubHistory open() {
        return open(source());
    }

    private ScrubHistory open(DataSource source) {
        return open(directory(), source);
    }

    private ScrubHistory open(Path directory, DataSource source) {
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
        return new StateDatabase(directory, source, schema, clock).open();
    }

    /** What is there of the files now: what a kill would leave. */
    private static void copyState(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private RunReport run(ScrubRunState state, List<Finding> findings) {
        return new RunReport(
                RunId.random(),
                ScrubKit.order("image/disk", ScrubLevel.DEEP),
                state,
                new RunProgress(3, 2, 1, 5 << 20, 4 << 20, 7, Duration.ofMillis(1234)),
                Optional.of(new RunReport.Position(DISK, 17)),
                findings.size(),
                findings);
    }

    private static Finding finding(long chunk) {
        return new Finding(
                ImageKey.ofImage(DISK),
                FindingKind.MISMATCH,
                OptionalLong.of(chunk),
                new ByteRange(chunk << 20, 1 << 20),
                Optional.of("crc32c:0000000a"),
                Optional.of("crc32c:0000000b"));
    }

    private ScrubRunState.Queued queued() {
        return new ScrubRunState.Queued(clock.instant());
    }

    @Test
    void runAndFindingsAreThereAfterReopening() {
        RunReport run = run(
                new ScrubRunState.Finished(clock.instant(), clock.instant(), clock.instant()),
                List.of(finding(1), Finding.ofDamagedManifest(ImageKey.ofSnapshot(DISK), 8)));
        open().save(run);

        ScrubHistory reopened = open();

        assertThat(reopened).isInstanceOf(SqliteHistory.class);
        assertThat(reopened.find(run.id())).hasValue(run);
        assertThat(reopened.runs()).containsExactly(run.withoutFindings());
    }

    @Test
    void everyStateComesBackAsItWas() {
        ScrubHistory history = open();
        ScrubRunState.Running running = queued().running(clock.instant());
        for (ScrubRunState state : List.of(
                queued(),
                running,
                running.paused(),
                running.finished(clock.instant()),
                running.cancelled(clock.instant()),
                queued().cancelled(clock.instant()),
                running.failed(clock.instant(), "why"))) {
            RunReport run = run(state, List.of());

            history.save(run);

            assertThat(history.find(run.id())).hasValue(run);
        }
    }

    @Test
    void findingsThatCameLaterAreAdded() {
        ScrubHistory history = open();
        RunReport run = run(queued().running(clock.instant()), List.of(finding(1)));
        history.save(run);
        RunReport later = new RunReport(
                run.id(), run.order(), run.state(), run.progress(), run.position(), 2, List.of(finding(1), finding(9)));

        history.save(later);

        assertThat(history.find(run.id())).hasValue(later);
    }

    @Test
    void unfinishedRunsFailAtTheNextStart() {
        RunReport queued = run(queued(), List.of());
        RunReport running = run(queued().running(clock.instant()), List.of(finding(3)));
        ScrubHistory history = open();
        history.save(queued);
        history.save(running);
        clock.advance(Duration.ofMinutes(1));

        open().failUnfinished(clock.instant(), Scrubber.STOPPED);

        assertThat(history.find(queued.id()).orElseThrow().state())
                .isEqualTo(new ScrubRunState.Failed(
                        ManualClock.START, Optional.empty(), clock.instant(), Scrubber.STOPPED));
        assertThat(history.find(running.id()).orElseThrow().state()).isInstanceOf(ScrubRunState.Failed.class);
        assertThat(history.find(running.id()).orElseThrow().findings()).hasSize(1);
    }

    @Test
    void lastScrubsAreThereAfterReopening() {
        ImageId kept = ImageId.random();
        ImageId forgotten = ImageId.random();
        LastScrub verdict = new LastScrub(ScrubLevel.LIGHT, clock.instant(), false);
        ScrubHistory history = open();
        history.scrubbed(kept, new LastScrub(ScrubLevel.DEEP, clock.instant(), true));
        history.scrubbed(kept, verdict);
        history.scrubbed(forgotten, verdict);
        history.forget(forgotten);

        assertThat(open().lastScrubs()).hasSize(1).containsEntry(kept, verdict);
    }

    @Test
    void settingsAreThereAfterReopening() {
        ScrubSetting limit = new ScrubSetting(ScrubSetting.Name.RATE_LIMIT, 1_000_000, clock.instant());
        ScrubHistory history = open();
        assertThat(history.keep(new ScrubSetting(ScrubSetting.Name.RATE_LIMIT, 7, clock.instant())))
                .isTrue();

        boolean kept = history.keep(limit);

        assertThat(kept).isTrue();
        assertThat(open().settings()).containsExactly(limit);
    }

    @Test
    void settingThatCannotBeWrittenIsSaidToBeLost() throws IOException {
        Files.createDirectories(directory().getParent());
        Files.writeString(directory(), "no directory");

        ScrubHistory history = open();

        assertThat(history.keep(new ScrubSetting(ScrubSetting.Name.PAUSED, 1, clock.instant())))
                .isFalse();
        assertThat(history.keeps(List.of())).isFalse();
    }

    @Test
    void nothingIsKeptOnceSomebodyHasRemovedTheDatabase() throws IOException {
        ScrubSetting paused = new ScrubSetting(ScrubSetting.Name.PAUSED, 1, clock.instant());
        ScrubSetting never = new ScrubSetting(ScrubSetting.Name.RATE_LIMIT, 7, clock.instant());
        ScrubHistory history = open();
        assertThat(history.keeps(List.of())).isTrue();
        history.keep(paused);
        assertThat(history.keeps(List.of(paused))).isTrue();
        assertThat(history.keeps(List.of(paused, never))).isFalse();

        Files.delete(directory().resolve(StateDatabase.FILE_NAME));

        assertThat(history.keeps(List.of(paused))).isFalse();
        assertThat(history.keeps(List.of())).isFalse();
    }

    @Test
    void runOrderedAfterTheClockWasSetBackIsNotForgotten() {
        ScrubHistory history = bounded(3, 3);
        for (int earlier = 0; earlier < 3; earlier++) {
            history.save(run(queued(), List.of()));
        }
        clock.set(Duration.ofDays(-1));
        RunReport latest = run(queued(), List.of());

        history.save(latest);

        assertThat(history.find(latest.id())).isPresent();
        assertThat(history.runs()).hasSize(3);
    }

    @Test
    void runsAreInTheOrderTheyWereOrderedInWhateverTheClockSaid() {
        ScrubHistory history = open();
        RunReport first = run(queued(), List.of());
        history.save(first);
        clock.set(Duration.ofDays(-1));
        RunReport second = run(queued(), List.of());
        history.save(second);

        RunReport ended = first.in(((ScrubRunState.Queued) first.state()).cancelled(clock.instant()));
        history.save(ended);

        assertThat(history.runs()).extracting(RunReport::id).containsExactly(second.id(), first.id());
        assertThat(history.find(first.id())).hasValue(ended);
    }

    @Test
    void runThatAStopCutOffEndsNoSoonerThanItStartedThoughTheClockWasSetBack() {
        ScrubHistory history = open();
        RunReport running = run(queued().running(clock.instant()), List.of());
        history.save(running);
        clock.set(Duration.ofDays(-365 * 30));

        history.failUnfinished(clock.instant(), "the agent stopped");

        assertThat(history.find(running.id()).orElseThrow().state())
                .isEqualTo(new ScrubRunState.Failed(
                        ManualClock.START, Optional.of(ManualClock.START), ManualClock.START, "the agent stopped"));
    }

    @Test
    void damagedDatabaseIsPutBesideAnEarlierOneOfTheSameMoment() throws IOException {
        Files.createDirectories(directory());
        Path earlier = directory().resolve("scrubjay.db.damaged-20260105T030000Z");
        Files.writeString(earlier, "of an earlier start");
        Files.writeString(
                directory().resolve(StateDatabase.FILE_NAME), "no database at all, but quite long".repeat(99));

        open();

        assertThat(putAside())
                .containsExactlyInAnyOrder(
                        "scrubjay.db.damaged-20260105T030000Z", "scrubjay.db.damaged-20260105T030000Z-2");
        assertThat(earlier).hasContent("of an earlier start");
    }

    @Test
    void oldestRunsAreForgotten() {
        ScrubHistory history = bounded(3, 3);
        RunReport first = run(queued(), List.of(finding(1)));
        history.save(first);
        for (int more = 0; more < 3; more++) {
            clock.advance(Duration.ofSeconds(1));
            history.save(run(queued(), List.of()));
        }

        assertThat(history.runs()).hasSize(3);
        assertThat(history.find(first.id())).isEmpty();
    }

    @Test
    void oldestEventsAreForgotten() {
        ScrubHistory history = bounded(3, 3);
        for (int event = 0; event < 5; event++) {
            history.note(new ScrubEvent(clock.instant(), "quarantined", Optional.of(DISK), "number " + event));
        }

        assertThat(open().events()).extracting(ScrubEvent::message).containsExactly("number 4", "number 3", "number 2");
    }

    @Test
    void missingDirectoryIsMade() {
        assertThat(directory()).doesNotExist();

        ScrubHistory history = open();

        assertThat(history).isInstanceOf(SqliteHistory.class);
        assertThat(directory().resolve(StateDatabase.FILE_NAME)).exists();
    }

    @Test
    void fileThatIsNoDatabaseIsPutAside() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve(StateDatabase.FILE_NAME), "this is no database at all. ".repeat(1000));

        ScrubHistory history = open();

        assertThat(history).isInstanceOf(SqliteHistory.class);
        assertThat(history.runs()).isEmpty();
        assertThat(putAside()).containsExactly("scrubjay.db.damaged-20260105T030000Z");
    }

    @Test
    void databaseThatIsBegunAnewIsItsOwnersAlone() throws Exception {
        // Given
        Files.createDirectories(directory());
        Files.writeString(directory().resolve(StateDatabase.FILE_NAME), "this is no database at all. ".repeat(1000));

        // When
        ScrubHistory history = open();

        // Then
        assertThat(history).isInstanceOf(SqliteHistory.class);
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM event");
            assertThat(List.of("", "-wal", "-shm"))
                    .extracting(companion -> PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory().resolve(StateDatabase.FILE_NAME + companion))))
                    .containsOnly("rw-------");
        }
    }

    @Test
    void damagedDatabaseIsPutAsideAndAnotherBegun() throws IOException {
        ScrubHistory history = open();
        history.save(run(queued(), List.of(finding(1))));
        try (RandomAccessFile file = new RandomAccessFile(
                directory().resolve(StateDatabase.FILE_NAME).toFile(), "rw")) {
            file.seek(100);
            file.write(new byte[(int) file.length() - 200]);
        }

        ScrubHistory fresh = open();

        assertThat(fresh.runs()).isEmpty();
        RunReport run = run(queued(), List.of());
        fresh.save(run);
        assertThat(fresh.find(run.id())).hasValue(run);
        assertThat(putAside()).hasSize(1);
    }

    /** A data source that fails a number of times with this. */
    private DataSource failing(int times, SQLException failure) {
        AtomicInteger left = new AtomicInteger(times);
        return new SQLiteDataSource() {
            @Override
            public SQLiteConnection getConnection(String user, String password) throws SQLException {
                if (left.getAndDecrement() > 0) {
                    throw failure;
                }
                return source().getConnection(user, password);
            }
        };
    }

    /** What a pool of connections says when one takes too long, and SQLite's codes for what is around a database. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 22, 23, 522, 776, 1802})
    void databaseThatCannotBeUsedNowIsLeftAsItIs(int code) throws IOException {
        RunReport run = run(queued(), List.of());
        open().save(run);

        ScrubHistory history =
                open(failing(Integer.MAX_VALUE, new SQLException("it takes too long, or the like", "", code)));

        assertThat(history).isInstanceOf(MemoryHistory.class);
        assertThat(history.runs()).containsExactly(run);
        assertThat(putAside()).isEmpty();
        assertThat(open().find(run.id())).hasValue(run);
    }

    @Test
    void slowConnectionIsWaitedForAgain() throws IOException {
        RunReport run = run(queued(), List.of());
        open().save(run);

        ScrubHistory history =
                open(failing(2, new SQLException("Acquisition timeout while waiting for new connection")));

        assertThat(history).isInstanceOf(SqliteHistory.class);
        assertThat(history.find(run.id())).hasValue(run);
        assertThat(putAside()).isEmpty();
    }

    @Test
    void databaseThatAnotherProcessLocksIsLeftAsItIs() throws Exception {
        RunReport run = run(queued(), List.of());
        open().save(run);
        SQLiteDataSource impatient = source();
        impatient.setUrl(impatient.getUrl() + "&busy_timeout=20");
        try (Connection other = DriverManager.getConnection(source().getUrl() + "&locking_mode=EXCLUSIVE");
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            statement.execute("DELETE FROM event");

            assertThat(open(impatient)).isInstanceOf(MemoryHistory.class);

            statement.execute("COMMIT");
        }
        assertThat(putAside()).isEmpty();
        assertThat(open().find(run.id())).hasValue(run);
    }

    @Test
    void schemaThatIsNotKnownIsLeftAsItIs() throws IOException {
        RunReport run = run(queued(), List.of());
        open().save(run);
        StateDatabase.Schema unknown = new StateDatabase.Schema() {
            @Override
            public void migrate() {
                throw new IllegalStateException("a later version made this");
            }

            @Override
            public void disconnect() {
                // Nothing is pooled.
            }
        };

        ScrubHistory history = new StateDatabase(directory(), source(), unknown, clock).open();

        assertThat(history).isInstanceOf(MemoryHistory.class);
        assertThat(putAside()).isEmpty();
        assertThat(open().find(run.id())).hasValue(run);
    }

    private List<String> putAside() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("damaged"))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readOnlyDatabaseIsRead(boolean closed) throws IOException, SQLException {
        // Given: what an agent has left that was ended, or killed
        RunReport run =
                run(new ScrubRunState.Finished(clock.instant(), clock.instant(), clock.instant()), List.of(finding(1)));
        LastScrub last = new LastScrub(ScrubLevel.DEEP, clock.instant(), true);
        ScrubSetting paused = new ScrubSetting(ScrubSetting.Name.PAUSED, 1, clock.instant());
        ScrubEvent event = new ScrubEvent(clock.instant(), "code", Optional.of(DISK), "message");
        ImageId image = ImageId.random();
        ScrubHistory written = open();
        try (Connection user = source().getConnection()) {
            written.save(run);
            written.scrubbed(image, last);
            assertThat(written.keep(paused)).isTrue();
            written.note(event);
            copyState(directory(), temporary.resolve("killed"));
            assertThat(user.isClosed())
                    .as("what keeps the log from being merged")
                    .isFalse();
        }
        Path left = closed ? directory() : temporary.resolve("killed");
        assertThat(Files.exists(left.resolve("scrubjay.db-wal"))).isNotEqualTo(closed);
        try (MountedFileSystem mounted =
                MountedFileSystem.over(Files.createDirectories(temporary.resolve("readonly")), "tmpfs")) {
            Path state = mounted.path().resolve("state");
            copyState(left, state);
            mounted.makeReadOnly();

            // When
            ScrubHistory history = open(state, source(state));

            // Then
            assertThat(history.settings()).containsExactly(paused);
            assertThat(history.lastScrubs()).containsExactly(Map.entry(image, last));
            assertThat(history.find(run.id())).hasValue(run);
            assertThat(history.events()).containsExactly(event);
            assertThat(history.keep(paused)).isFalse();
        }
    }

    @Test
    void pathThatCannotBeDirectoryLeavesHistoryInMemory() throws IOException {
        Files.createDirectories(directory().getParent());
        Files.writeString(directory(), "a file is in the way");

        ScrubHistory history = open();

        RunReport run = run(queued(), List.of());
        history.save(run);
        assertThat(history).isInstanceOf(MemoryHistory.class);
        assertThat(history.find(run.id())).hasValue(run);
    }

    @Test
    void directoryThatIsDeletedMeanwhileFailsNothing() throws IOException {
        ScrubHistory history = open();
        try (Stream<Path> files = Files.walk(directory())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }

        history.save(run(queued(), List.of(finding(1))));
        history.scrubbed(ImageId.random(), new LastScrub(ScrubLevel.DEEP, clock.instant(), true));

        assertThat(history.runs()).isEmpty();
        assertThat(history.lastScrubs()).isEmpty();
    }
}
