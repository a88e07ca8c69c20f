-- What administrators have set of scrubs while an agent ran: it holds until it is set again.

CREATE TABLE scrub_setting (
    -- rate-limit, paused
    name TEXT NOT NULL PRIMARY KEY,
    -- Bytes a second, 0 for no limit; 1 for paused, 0 for not.
    value INTEGER NOT NULL,
    set_at INTEGER NOT NULL
) WITHOUT ROWID;
