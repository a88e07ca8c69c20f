// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.NativeLibrary;

/**
 * SQLite's own native library. Its driver unpacks it at each start, compares the copy byte by byte, and leaves it
 * behind when the agent is killed; if the library is next to a native executable, it is loaded from there. Stateless.
 */
final class SqliteLibrary {
    private static final String NAME = "sqlitejdbc";
    /** The directory in which the driver looks first; if somebody has set it, it is left alone. */
    private static final String DIRECTORY_PROPERTY = "org.sqlite.lib.path";

    private SqliteLibrary() {}

    /** Makes the driver use the library next to the executable, if there is one. Called before the first connection. */
    static void takeFromBeside() {
        if (System.getProperty(DIRECTORY_PROPERTY) == null) {
            NativeLibrary.besideExecutable(NAME)
                    .ifPresent(library -> System.setProperty(
                            DIRECTORY_PROPERTY, library.getParent().toString()));
        }
    }
}
