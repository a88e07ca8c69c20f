// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.jboss.logging.Logger;
import org.sqlite.SQLiteDataSource;

import javax.sql.DataSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Reads a database in a directory that cannot be written, such as when the file system is read-only or full. Stateless.
 */
final class UnwritableDatabase {
    private static final Logger LOG = Logger.getLogger(UnwritableDatabase.class);

    /** The suffix of the file in which a database that was not closed keeps its latest changes. */
    private static final String LATEST = "-wal";

    private UnwritableDatabase() {}

    /** Connects to the database for reading; empty when it does not exist, is damaged, or cannot be read either. */
    static Optional<DataSource> source(Path file) {
        // Without its log, SQLite would create one, unless it is told that the file cannot change; with it, SQLite
        // reads both.
        String way = Files.exists(Path.of(file + LATEST)) ? "mode=ro" : "mode=ro&immutable=1";
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath() + "?" + way);
        return isWhole(source) ? Optional.of(source) : Optional.empty();
    }

    private static boolean isWhole(DataSource source) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA quick_check(1)")) {
            return answer.next() && answer.getString(1).equals("ok");
        } catch (SQLException unreadable) {
            LOG.debugf(unreadable, "soft state cannot be read");
            return false;
        }
    }
}
