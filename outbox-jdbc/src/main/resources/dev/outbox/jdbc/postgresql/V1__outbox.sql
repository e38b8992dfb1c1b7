-- The tables of the outbox and the inbox, version 1, for PostgreSQL 12 and newer.
-- ${prefix} stands for the schema and the prefix of the names, ${local} for the prefix alone.
--
-- Nobody needs the right to change tables when this has run. Which rights publishers, relays and consumers need stands in
-- docs/OPERATIONS.md.

-- Fresh messages, in the order of their positions within a slot. Rows live for milliseconds: vacuum early, never shrink.
-- The column xid has to stand before the column position: each row then has its transaction's id before its position, so
-- that a relay can tell when every writer of a position has ended. Nothing reads the values. The sequence must not cache.
CREATE TABLE ${prefix}outbox_message (
    xid bigint NOT NULL DEFAULT txid_current(),
    position bigint GENERATED ALWAYS AS IDENTITY (CACHE 1),
    slot integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    destination text COLLATE "C" NOT NULL,
    message_key text COLLATE "C",
    type text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    headers text COLLATE "C",
    correlation_id text COLLATE "C",
    causation_id text COLLATE "C",
    not_before timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    payload bytea NOT NULL,
    PRIMARY KEY (slot, position)
) WITH (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = false,
    toast.vacuum_truncate = false
);

-- Messages that cannot go now. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE ${prefix}outbox_parked (
    position bigint NOT NULL,
    slot integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    destination text COLLATE "C" NOT NULL,
    message_key text COLLATE "C",
    type text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    headers text COLLATE "C",
    correlation_id text COLLATE "C",
    causation_id text COLLATE "C",
    not_before timestamptz,
    created_at timestamptz NOT NULL,
    payload bytea NOT NULL,
    reason text COLLATE "C" NOT NULL,
    blocking boolean NOT NULL,
    attempts integer NOT NULL,
    available_at timestamptz,
    first_failed_at timestamptz,
    last_delay_micros bigint NOT NULL,
    last_error text COLLATE "C" NOT NULL,
    PRIMARY KEY (slot, position, id)
) WITH (
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = false
);

CREATE INDEX ${local}outbox_parked_due ON ${prefix}outbox_parked (slot, available_at, position);

CREATE INDEX ${local}outbox_parked_key ON ${prefix}outbox_parked (destination, message_key, position) WHERE blocking;

-- What was given up, by the relay (consumer is empty) or by a consumer.
CREATE TABLE ${prefix}outbox_dead_letter (
    number bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    consumer text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    destination text COLLATE "C" NOT NULL,
    message_key text COLLATE "C",
    type text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    headers text COLLATE "C",
    correlation_id text COLLATE "C",
    causation_id text COLLATE "C",
    not_before timestamptz,
    created_at timestamptz NOT NULL,
    payload bytea NOT NULL,
    reason text COLLATE "C" NOT NULL,
    attempts integer NOT NULL,
    last_error text COLLATE "C" NOT NULL,
    died_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX ${local}outbox_dead_letter_id ON ${prefix}outbox_dead_letter (id);

-- Which relay owns which slot.
CREATE TABLE ${prefix}outbox_lease (
    slot integer PRIMARY KEY,
    owner text COLLATE "C",
    epoch bigint NOT NULL,
    expires_at timestamptz
) WITH (fillfactor = 50);

-- The relays, and what each noted about messages under way.
CREATE TABLE ${prefix}outbox_instance (
    name text COLLATE "C" PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    marker text COLLATE "C"
) WITH (fillfactor = 50);

-- What consumers have handled (DONE) or given up (DEAD).
CREATE TABLE ${prefix}inbox_message (
    consumer text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, message_id)
);

CREATE INDEX ${local}inbox_message_age ON ${prefix}inbox_message (handled_at);

-- Failed attempts of messages that a broker still holds.
CREATE TABLE ${prefix}inbox_attempt (
    consumer text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    attempts integer NOT NULL,
    suspect boolean NOT NULL,
    next_at timestamptz,
    PRIMARY KEY (consumer, message_id)
);

-- Messages that wait for a consumer's next attempt. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE ${prefix}inbox_parked (
    number bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    consumer text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    destination text COLLATE "C" NOT NULL,
    message_key text COLLATE "C",
    type text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    headers text COLLATE "C",
    correlation_id text COLLATE "C",
    causation_id text COLLATE "C",
    not_before timestamptz,
    created_at timestamptz NOT NULL,
    payload bytea NOT NULL,
    attempts integer NOT NULL,
    available_at timestamptz,
    claimed_by text COLLATE "C",
    claimed_until timestamptz,
    lapses integer NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_delay_micros bigint NOT NULL,
    last_error text COLLATE "C" NOT NULL,
    UNIQUE (consumer, id)
) WITH (
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = false
);

CREATE INDEX ${local}inbox_parked_due ON ${prefix}inbox_parked (consumer, available_at, number);

CREATE INDEX ${local}inbox_parked_key ON ${prefix}inbox_parked (consumer, destination, message_key, number);

-- Which version of these tables is here, written last.
CREATE TABLE ${prefix}outbox_schema (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO ${prefix}outbox_lease (slot, epoch) SELECT slot, 0 FROM generate_series(0, 63) AS slot;

INSERT INTO ${prefix}outbox_schema (version) VALUES (1);
