// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

/** SQLite's result codes that say something about the bytes of a database. All others are about its surroundings. */
final class SqliteCode {
    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;
    /** Extended codes carry more above their lowest byte. */
    private static final int PRIMARY_MASK = 0xff;

    private SqliteCode() {}

    /** Whether SQLite calls the database damaged. */
    static boolean isDamage(int code) {
        int primary = code & PRIMARY_MASK;
        return primary == CORRUPT || primary == NOT_A_DATABASE;
    }
}
