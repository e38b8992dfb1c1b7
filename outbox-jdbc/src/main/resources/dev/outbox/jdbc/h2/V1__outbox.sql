-- The tables of the outbox and the inbox, version 1, for H2 2.3 and newer.
-- ${prefix} stands for the schema and the prefix of the names. Open the database with WRITE_DELAY=0: otherwise H2 forgets
-- the last half second of commits when the process is killed.

-- Fresh messages, in the order of their positions within a slot.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_message (
    slot INTEGER NOT NULL,
    position BIGINT GENERATED ALWAYS AS IDENTITY (NO CACHE),
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers VARCHAR,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before TIMESTAMP(6) WITH TIME ZONE,
    created_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    payload VARBINARY(1048576) NOT NULL,
    PRIMARY KEY (slot, position)
);

-- Messages that cannot go now. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_parked (
    slot INTEGER NOT NULL,
    position BIGINT NOT NULL,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers VARCHAR,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before TIMESTAMP(6) WITH TIME ZONE,
    created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    payload VARBINARY(1048576) NOT NULL,
    reason VARCHAR(20) NOT NULL,
    blocking BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    available_at TIMESTAMP(6) WITH TIME ZONE,
    first_failed_at TIMESTAMP(6) WITH TIME ZONE,
    last_delay_micros BIGINT NOT NULL,
    last_error VARCHAR(4000) NOT NULL,
    PRIMARY KEY (slot, position, id)
);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_parked_due ON ${prefix}outbox_parked (slot, available_at, position);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_parked_key ON ${prefix}outbox_parked (destination, message_key, blocking, position);

-- What was given up, by the relay (consumer is empty) or by a consumer.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_dead_letter (
    number BIGINT GENERATED ALWAYS AS IDENTITY (NO CACHE) PRIMARY KEY,
    consumer VARCHAR(255) NOT NULL,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers VARCHAR,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before TIMESTAMP(6) WITH TIME ZONE,
    created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    payload VARBINARY(1048576) NOT NULL,
    reason VARCHAR(20) NOT NULL,
    attempts INTEGER NOT NULL,
    last_error VARCHAR(4000) NOT NULL,
    died_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(6) NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_dead_letter_id ON ${prefix}outbox_dead_letter (id);

-- Which relay owns which slot.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_lease (
    slot INTEGER PRIMARY KEY,
    owner VARCHAR(255),
    epoch BIGINT NOT NULL,
    expires_at TIMESTAMP(6) WITH TIME ZONE
);

-- The relays, and what each noted about messages under way.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_instance (
    name VARCHAR(255) PRIMARY KEY,
    expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    marker VARCHAR(4000)
);

-- What consumers have handled (DONE) or given up (DEAD).
CREATE TABLE IF NOT EXISTS ${prefix}inbox_message (
    consumer VARCHAR(255) NOT NULL,
    message_id VARCHAR(255) NOT NULL,
    state VARCHAR(4) NOT NULL,
    handled_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (consumer, message_id)
);

CREATE INDEX IF NOT EXISTS ${prefix}inbox_message_age ON ${prefix}inbox_message (handled_at);

-- Failed attempts of messages that a broker still holds.
CREATE TABLE IF NOT EXISTS ${prefix}inbox_attempt (
    consumer VARCHAR(255) NOT NULL,
    message_id VARCHAR(255) NOT NULL,
    attempts INTEGER NOT NULL,
    suspect BOOLEAN NOT NULL,
    next_at TIMESTAMP(6) WITH TIME ZONE,
    PRIMARY KEY (consumer, message_id)
);

-- Messages that wait for a consumer's next attempt. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE IF NOT EXISTS ${prefix}inbox_parked (
    number BIGINT GENERATED ALWAYS AS IDENTITY (NO CACHE) PRIMARY KEY,
    consumer VARCHAR(255) NOT NULL,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers VARCHAR,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before TIMESTAMP(6) WITH TIME ZONE,
    created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    payload VARBINARY(1048576) NOT NULL,
    attempts INTEGER NOT NULL,
    available_at TIMESTAMP(6) WITH TIME ZONE,
    claimed_by VARCHAR(255),
    claimed_until TIMESTAMP(6) WITH TIME ZONE,
    lapses INTEGER NOT NULL,
    parked_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
    last_delay_micros BIGINT NOT NULL,
    last_error VARCHAR(4000) NOT NULL,
    UNIQUE (consumer, id)
);

CREATE INDEX IF NOT EXISTS ${prefix}inbox_parked_due ON ${prefix}inbox_parked (consumer, available_at, number);

CREATE INDEX IF NOT EXISTS ${prefix}inbox_parked_key ON ${prefix}inbox_parked (consumer, destination, message_key, number);

-- Which version of these tables is here, written last.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_schema (
    version INTEGER PRIMARY KEY,
    incarnation UUID DEFAULT RANDOM_UUID() NOT NULL,
    applied_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(6) NOT NULL
);

INSERT INTO ${prefix}outbox_lease (slot, epoch)
SELECT x, 0 FROM SYSTEM_RANGE(0, 63) WHERE x NOT IN (SELECT slot FROM ${prefix}outbox_lease);

INSERT INTO ${prefix}outbox_schema (version)
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ${prefix}outbox_schema WHERE version = 1);
