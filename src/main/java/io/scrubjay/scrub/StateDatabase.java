// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.jboss.logging.Logger;

import javax.sql.DataSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The database of soft state, {@code scrubjay.db}. No pool depends on it.
 *
 * <p>A database that SQLite itself calls damaged is moved aside, not deleted, and a new one is begun. A database that
 * cannot be used now for any other reason (a connection that takes too long, a lock, a full or read-only file system,
 * an unknown schema) is tried again, and then left unchanged: the history then lasts only as long as the agent runs.
 *
 * <p>ORDER: the directory exists before anything connects; an existing database is checked before its schema is
 * changed.
 */
public final class StateDatabase {
    /** The name of the file in the state directory. */
    public static final String FILE_NAME = "scrubjay.db";

    private static final Logger LOG = Logger.getLogger(StateDatabase.class);
    /** The suffixes of files that SQLite keeps next to a database. */
    private static final List<String> COMPANIONS = List.of("-journal", "-wal", "-shm");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** How often a database that cannot be used is tried; each attempt may take as long as the data source waits. */
    private static final int TRIES_MAX = 3;

    private final Path directory;
    private final DataSource source;
    private final Schema schema;
    private final InstantSource clock;

    /** Further operations on the data source. */
    public interface Schema {
        /** Brings the database to the present schema, or fails with any exception. */
        void migrate();

        /** Closes all connections, so that the file can be replaced. */
        void disconnect();
    }

    /**
     * @param source connects to {@link #FILE_NAME} in this directory; it is not used before {@link #open}
     */
    public StateDatabase(Path directory, DataSource source, Schema schema, InstantSource clock) {
        this.directory = Objects.requireNonNull(directory);
        this.source = Objects.requireNonNull(source);
        this.schema = Objects.requireNonNull(schema);
        this.clock = Objects.requireNonNull(clock);
    }

    /**
     * The existing history, a new one, or one in memory. Never fails; logs it when the existing history cannot be used.
     */
    public ScrubHistory open() {
        try {
            Files.createDirectories(directory);
            ready();
            return new SqliteHistory(source, SqliteHistory.Bounds.USUAL, clock);
        } catch (IOException | SQLException | RuntimeException unusable) {
            schema.disconnect();
            LOG.warnf(
                    unusable,
                    "the database of the scrub history in %s cannot be used now; nothing in it was changed. Until"
                            + " the agent restarts it keeps the history in memory, and loses what is added when it"
                            + " stops. Check the state directory, then restart the agent",
                    directory);
            return remembered();
        }
    }

    /**
     * A history in memory that starts with the content of the database, if it can be read: so settings of
     * administrators stay in force.
     */
    private ScrubHistory remembered() {
        Optional<DataSource> readable = UnwritableDatabase.source(directory.resolve(FILE_NAME));
        if (readable.isEmpty()) {
            LOG.warnf(
                    "the database of the scrub history in %s cannot be read either: the history begins empty",
                    directory);
            return new MemoryHistory();
        }
        return MemoryHistory.of(new SqliteHistory(readable.get(), SqliteHistory.Bounds.USUAL, clock));
    }

    private void ready() throws IOException, SQLException {
        for (int tries = 1; ; tries++) {
            try {
                check();
                schema.migrate();
                return;
            } catch (SQLException | RuntimeException failure) {
                if (isDamage(failure)) {
                    beginAnew(failure);
                    return;
                }
                if (tries == TRIES_MAX) {
                    throw failure;
                }
                LOG.debugf(failure, "the database of the scrub history in %s cannot be used yet", directory);
            }
        }
    }

    private void beginAnew(Exception damage) throws IOException, SQLException {
        schema.disconnect();
        LOG.warnf(
                damage,
                "the database of the scrub history in %s is damaged. The agent has moved it aside and begins a new"
                        + " history; no image is affected",
                directory);
        putAside();
        createForOwnerOnly();
        check();
        schema.migrate();
    }

    /**
     * Creates the file so that only its owner can access it. SQLite treats an empty file as a new database, and gives
     * the files next to it the same mode.
     */
    private void createForOwnerOnly() throws IOException {
        Path database = directory.resolve(FILE_NAME);
        if (Files.notExists(database)) {
            Files.createFile(database, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
    }

    private void check() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (!answer.next()) {
                throw new SQLException("quick_check gave no answer");
            }
            String verdict = answer.getString(1);
            if (SqliteCode.saysUnreadable(verdict)) {
                throw new SQLException("a page cannot be read: " + verdict);
            }
            if (!verdict.equals("ok")) {
                throw new DatabaseDamaged(verdict);
            }
        }
    }

    /** Whether SQLite itself reports damage; after any other failure the database may be intact. */
    private static boolean isDamage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DatabaseDamaged
                    || (cause instanceof SQLException known && SqliteCode.isDamage(known.getErrorCode()))) {
                return true;
            }
        }
        return false;
    }

    private void putAside() throws IOException {
        String suffix = freeSuffix();
        move(FILE_NAME, FILE_NAME + suffix);
        for (String companion : COMPANIONS) {
            move(FILE_NAME + companion, FILE_NAME + suffix + companion);
        }
    }

    /**
     * A suffix for a database that is moved aside. It never overwrites an earlier one, even if the clock was set back
     * and names the same moment.
     */
    private String freeSuffix() {
        String suffix = ".damaged-" + TIME.format(clock.instant());
        String free = suffix;
        for (int number = 2; isTaken(free); number++) {
            free = suffix + "-" + number;
        }
        return free;
    }

    private boolean isTaken(String suffix) {
        return Stream.concat(Stream.of(""), COMPANIONS.stream())
                .anyMatch(companion -> Files.exists(directory.resolve(FILE_NAME + suffix + companion)));
    }

    private void move(String from, String to) throws IOException {
        if (Files.exists(directory.resolve(from))) {
            Files.move(directory.resolve(from), directory.resolve(to));
        }
    }
}
