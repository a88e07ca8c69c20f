// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The result codes of SQLite that say that a database itself is damaged. All others are about its environment. */
final class SqliteCode {
    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;
    /** Extended codes carry more details above their lowest byte. */
    private static final int PRIMARY_MASK = 0xff;

    /**
     * The text with which a check reports a page that it could not read; it says nothing about the content of such a
     * page.
     */
    private static final Pattern NO_PAGE =
            Pattern.compile("(unable to get the page|failed to get page \\d+)(\\. error code=(?<code>\\d+))?");

    private SqliteCode() {}

    /** Whether SQLite calls the database damaged. */
    static boolean isDamage(int code) {
        int primary = code & PRIMARY_MASK;
        return primary == CORRUPT || primary == NOT_A_DATABASE;
    }

    /** Whether the verdict of a check says that a page could not be read, rather than that it is damaged. */
    static boolean saysUnreadable(String verdict) {
        Matcher missing = NO_PAGE.matcher(verdict);
        return missing.find() && (missing.group("code") == null || !isDamage(Integer.parseInt(missing.group("code"))));
    }
}
