// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Has SQLite's driver unpack its native library into a directory of this process. It removes libraries that lie beside its
 * own and seem to be left over: one that another process is just unpacking seems so, too. zstd's library goes there as well.
 */
public final class SqliteFiles implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Path directory = ProcessFiles.of("sqlite").toAbsolutePath();
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.setProperty("org.sqlite.tmpdir", directory.toString());
        // Else the first agent of this process would choose its state directory, which is gone when its test has ended.
        System.setProperty("ZstdTempFolder", directory.toString());
    }
}
