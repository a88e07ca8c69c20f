// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SQLite's result codes that say something about the bytes of a database. All others are about its surroundings. */
final class SqliteCode {
    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;
    /** Extended codes carry more above their lowest byte. */
    private static final int PRIMARY_MASK = 0xff;

    /** How a check tells of a page that it did not get; what it did not get it says nothing of. */
    private static final Pattern NO_PAGE =
            Pattern.compile("(unable to get the page|failed to get page \\d+)(\\. error code=(?<code>\\d+))?");

    private SqliteCode() {}

    /** Whether SQLite calls the database damaged. */
    static boolean isDamage(int code) {
        int primary = code & PRIMARY_MASK;
        return primary == CORRUPT || primary == NOT_A_DATABASE;
    }

    /** Whether the verdict of a check says that the device did not give a page, and not that the page is damaged. */
    static boolean saysUnreadable(String verdict) {
        Matcher missing = NO_PAGE.matcher(verdict);
        return missing.find() && (missing.group("code") == null || !isDamage(Integer.parseInt(missing.group("code"))));
    }
}
