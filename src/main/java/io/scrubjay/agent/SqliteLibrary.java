// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.NativeLibrary;

/**
 * SQLite's own native library. Its driver unpacks it at each start, compares the copy byte by byte, and leaves it behind
 * when the agent is killed; where it lies beside a native executable, it is loaded from there. Stateless.
 */
final class SqliteLibrary {
    private static final String NAME = "sqlitejdbc";
    /** Where the driver looks first; whoever sets it knows better. */
    private static final String DIRECTORY_PROPERTY = "org.sqlite.lib.path";

    private SqliteLibrary() {}

    /** Has the driver take the one beside the executable, if there is one. Before the first connection. */
    static void takeFromBeside() {
        if (System.getProperty(DIRECTORY_PROPERTY) == null) {
            NativeLibrary.besideExecutable(NAME)
                    .ifPresent(library -> System.setProperty(
                            DIRECTORY_PROPERTY, library.getParent().toString()));
        }
    }
}
