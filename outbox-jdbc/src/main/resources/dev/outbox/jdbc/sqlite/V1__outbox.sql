-- The tables of the outbox and the inbox, version 1, for SQLite 3.35 and newer.
-- ${prefix} stands for the prefix of the names. Times are microseconds since 1970. AUTOINCREMENT keeps SQLite from giving out a
-- number again whose row was deleted. Keys, ids and destinations must be compared byte by byte, as SQLite does without COLLATE.

-- Fresh messages, in the order of their positions within a slot.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_message (
    slot INTEGER NOT NULL,
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    destination TEXT NOT NULL,
    message_key TEXT,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    headers TEXT,
    correlation_id TEXT,
    causation_id TEXT,
    not_before INTEGER,
    created_at INTEGER NOT NULL DEFAULT (CAST(ROUND((JULIANDAY('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000),
    payload BLOB NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_message_slot ON ${prefix}outbox_message (slot);

-- Messages that cannot go now. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_parked (
    slot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    destination TEXT NOT NULL,
    message_key TEXT,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    headers TEXT,
    correlation_id TEXT,
    causation_id TEXT,
    not_before INTEGER,
    created_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    reason TEXT NOT NULL,
    blocking INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    available_at INTEGER,
    first_failed_at INTEGER,
    last_delay_micros INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    PRIMARY KEY (slot, position, id)
);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_parked_due ON ${prefix}outbox_parked (slot, available_at, position);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_parked_key ON ${prefix}outbox_parked (destination, message_key, blocking, position);

-- What was given up, by the relay (consumer is empty) or by a consumer.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_dead_letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer TEXT NOT NULL,
    id TEXT NOT NULL,
    destination TEXT NOT NULL,
    message_key TEXT,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    headers TEXT,
    correlation_id TEXT,
    causation_id TEXT,
    not_before INTEGER,
    created_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    died_at INTEGER NOT NULL DEFAULT (CAST(ROUND((JULIANDAY('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)
);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_dead_letter_id ON ${prefix}outbox_dead_letter (id);

-- Which relay owns which slot.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_lease (
    slot INTEGER PRIMARY KEY,
    owner TEXT,
    epoch INTEGER NOT NULL,
    expires_at INTEGER
);

-- The relays, and what each noted about messages under way.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_instance (
    name TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    marker TEXT
) WITHOUT ROWID;

-- What consumers have handled (DONE) or given up (DEAD).
CREATE TABLE IF NOT EXISTS ${prefix}inbox_message (
    consumer TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL,
    handled_at INTEGER NOT NULL DEFAULT (CAST(ROUND((JULIANDAY('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000),
    PRIMARY KEY (consumer, message_id)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS ${prefix}inbox_message_age ON ${prefix}inbox_message (handled_at);

-- Failed attempts of messages that a broker still holds.
CREATE TABLE IF NOT EXISTS ${prefix}inbox_attempt (
    consumer TEXT NOT NULL,
    message_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    suspect INTEGER NOT NULL,
    next_at INTEGER,
    PRIMARY KEY (consumer, message_id)
) WITHOUT ROWID;

-- Messages that wait for a consumer's next attempt. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE IF NOT EXISTS ${prefix}inbox_parked (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer TEXT NOT NULL,
    id TEXT NOT NULL,
    destination TEXT NOT NULL,
    message_key TEXT,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    headers TEXT,
    correlation_id TEXT,
    causation_id TEXT,
    not_before INTEGER,
    created_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    available_at INTEGER,
    claimed_by TEXT,
    claimed_until INTEGER,
    lapses INTEGER NOT NULL,
    parked_at INTEGER NOT NULL DEFAULT (CAST(ROUND((JULIANDAY('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000),
    last_delay_micros INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    UNIQUE (consumer, id)
);

CREATE INDEX IF NOT EXISTS ${prefix}inbox_parked_due ON ${prefix}inbox_parked (consumer, available_at, number);

CREATE INDEX IF NOT EXISTS ${prefix}inbox_parked_key ON ${prefix}inbox_parked (consumer, destination, message_key, number);

-- Which version of these tables is here, written last.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_schema (
    version INTEGER PRIMARY KEY,
    incarnation TEXT NOT NULL DEFAULT (LOWER(HEX(RANDOMBLOB(16)))),
    applied_at INTEGER NOT NULL DEFAULT (CAST(ROUND((JULIANDAY('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)
);

INSERT INTO ${prefix}outbox_lease (slot, epoch)
WITH RECURSIVE numbers (x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM numbers WHERE x < 63)
SELECT x, 0 FROM numbers WHERE x NOT IN (SELECT slot FROM ${prefix}outbox_lease);

INSERT INTO ${prefix}outbox_schema (version)
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ${prefix}outbox_schema WHERE version = 1);
