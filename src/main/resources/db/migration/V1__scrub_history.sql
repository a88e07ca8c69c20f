-- Soft state: what is remembered of scrubs over restarts. Nothing here is needed to serve or to prove an image.
-- Times are milliseconds since 1970, UTC. Codes are the words of the API.

CREATE TABLE scrub_run (
    id TEXT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL,
    level TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    queued_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    images_total INTEGER NOT NULL,
    images_done INTEGER NOT NULL,
    images_skipped INTEGER NOT NULL,
    bytes_total INTEGER NOT NULL,
    bytes_read INTEGER NOT NULL,
    transients INTEGER NOT NULL,
    active_millis INTEGER NOT NULL,
    position_image TEXT,
    position_chunk INTEGER,
    findings_total INTEGER NOT NULL
);

CREATE INDEX scrub_run_queued_at ON scrub_run (queued_at);

CREATE TABLE scrub_finding (
    run_id TEXT NOT NULL,
    -- From 0, in the order in which they were confirmed.
    ordinal INTEGER NOT NULL,
    image TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- NULL when the finding is about the manifest.
    chunk INTEGER,
    offset_bytes INTEGER NOT NULL,
    length_bytes INTEGER NOT NULL,
    expected TEXT,
    actual TEXT,
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE last_scrub (
    image_id TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL,
    finished_at INTEGER NOT NULL,
    intact INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE event (
    ordinal INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    code TEXT NOT NULL,
    image TEXT,
    message TEXT NOT NULL
);
