package io.scrubjay.scrub;

/** SQLite's result codes that say something about the surroundings of a database, not about its bytes. */
final class SqliteCode {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READONLY = 8;
    private static final int FULL = 13;
    /** Extended codes carry more above their lowest byte. */
    private static final int PRIMARY_MASK = 0xff;

    private SqliteCode() {}

    static boolean isInTheWay(int code) {
        int primary = code & PRIMARY_MASK;
        return primary == BUSY || primary == LOCKED || primary == READONLY || primary == FULL;
    }
}
