package io.scrubjay.scrub;

import org.jboss.logging.Logger;

import javax.sql.DataSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;

/**
 * The database of soft state, {@code scrubjay.db}, and what becomes of one that cannot be used: it is put aside, not
 * deleted, and another begun; where even that is impossible, history lasts as long as the agent. No pool depends on it.
 *
 * <p>ORDER: the directory exists before anything connects; what is there is checked before its schema is changed.
 */
public final class StateDatabase {
    /** What the file is called inside the state directory. */
    public static final String FILE_NAME = "scrubjay.db";

    private static final Logger LOG = Logger.getLogger(StateDatabase.class);
    /** SQLite keeps these beside a database. */
    private static final List<String> COMPANIONS = List.of("-journal", "-wal", "-shm");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final DataSource source;
    private final Schema schema;
    private final InstantSource clock;

    /** What else can be done with the data source. */
    public interface Schema {
        /** Brings the database to the present schema, or fails with any exception. */
        void migrate();

        /** Closes all connections, so that the file can be replaced. */
        void disconnect();
    }

    /** @param source connects to {@link #FILE_NAME} in this directory; is not used before {@link #open} */
    public StateDatabase(Path directory, DataSource source, Schema schema, InstantSource clock) {
        this.directory = Objects.requireNonNull(directory);
        this.source = Objects.requireNonNull(source);
        this.schema = Objects.requireNonNull(schema);
        this.clock = Objects.requireNonNull(clock);
    }

    /** The history that is there, or a new one, or one in memory. Never fails; says in the log which it had to be. */
    public ScrubHistory open() {
        try {
            Files.createDirectories(directory);
            ready();
            return new SqliteHistory(source, SqliteHistory.Bounds.USUAL);
        } catch (IOException | SQLException | RuntimeException unusable) {
            LOG.warnf(
                    unusable,
                    "soft state cannot be kept in %s: the history of scrubs is lost when the agent stops",
                    directory);
            return new MemoryHistory();
        }
    }

    private void ready() throws IOException, SQLException {
        try {
            check();
            schema.migrate();
        } catch (SQLException | RuntimeException failure) {
            schema.disconnect();
            if (!isDamage(failure)) {
                throw failure;
            }
            LOG.warnf(failure, "soft state in %s is damaged; it is put aside and begun anew", directory);
            putAside();
            check();
            schema.migrate();
        }
    }

    private void check() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA quick_check(1)")) {
            String verdict = answer.next() ? answer.getString(1) : "no answer";
            if (!verdict.equals("ok")) {
                throw new DatabaseDamaged(verdict);
            }
        }
    }

    /** Another process, a full disk or a read-only one is in the way, but has not damaged anything. */
    private static boolean isDamage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException known && SqliteCode.isInTheWay(known.getErrorCode())) {
                return false;
            }
        }
        return true;
    }

    private void putAside() throws IOException {
        String suffix = ".damaged-" + TIME.format(clock.instant());
        move(FILE_NAME, FILE_NAME + suffix);
        for (String companion : COMPANIONS) {
            move(FILE_NAME + companion, FILE_NAME + suffix + companion);
        }
    }

    private void move(String from, String to) throws IOException {
        if (Files.exists(directory.resolve(from))) {
            Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
