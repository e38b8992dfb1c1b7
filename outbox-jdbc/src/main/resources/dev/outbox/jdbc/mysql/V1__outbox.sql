-- The tables of the outbox and the inbox, version 1, for MySQL 8.0.20 and newer.
-- ${prefix} stands for the database and the prefix of the names. Times are UTC. The collation compares byte by byte and does not
-- pad: keys, ids and destinations that differ in case, accents or trailing blanks are different ones. It must not be changed.

-- Fresh messages, in the order of their positions within a slot.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_message (
    slot INT NOT NULL,
    position BIGINT NOT NULL AUTO_INCREMENT,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers MEDIUMTEXT,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before DATETIME(6),
    created_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    payload LONGBLOB NOT NULL,
    PRIMARY KEY (slot, position),
    KEY outbox_message_position (position)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- Messages that cannot go now. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_parked (
    slot INT NOT NULL,
    position BIGINT NOT NULL,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers MEDIUMTEXT,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    payload LONGBLOB NOT NULL,
    reason VARCHAR(20) NOT NULL,
    blocking BOOLEAN NOT NULL,
    attempts INT NOT NULL,
    available_at DATETIME(6),
    first_failed_at DATETIME(6),
    last_delay_micros BIGINT NOT NULL,
    last_error VARCHAR(4000) NOT NULL,
    PRIMARY KEY (slot, position, id),
    KEY outbox_parked_due (slot, available_at, position),
    KEY outbox_parked_key (destination, message_key, blocking, position)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- What was given up, by the relay (consumer is empty) or by a consumer.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_dead_letter (
    number BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    consumer VARCHAR(255) NOT NULL,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers MEDIUMTEXT,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    payload LONGBLOB NOT NULL,
    reason VARCHAR(20) NOT NULL,
    attempts INT NOT NULL,
    last_error VARCHAR(4000) NOT NULL,
    died_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    KEY outbox_dead_letter_id (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- Which relay owns which slot.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_lease (
    slot INT NOT NULL PRIMARY KEY,
    owner VARCHAR(255),
    epoch BIGINT NOT NULL,
    expires_at DATETIME(6)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- The relays, and what each noted about messages under way.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_instance (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    expires_at DATETIME(6) NOT NULL,
    marker VARCHAR(4000),
    KEY outbox_instance_expiry (expires_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- What consumers have handled (DONE) or given up (DEAD).
CREATE TABLE IF NOT EXISTS ${prefix}inbox_message (
    consumer VARCHAR(255) NOT NULL,
    message_id VARCHAR(255) NOT NULL,
    state VARCHAR(4) NOT NULL,
    handled_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    PRIMARY KEY (consumer, message_id),
    KEY inbox_message_age (handled_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- Failed attempts of messages that a broker still holds.
CREATE TABLE IF NOT EXISTS ${prefix}inbox_attempt (
    consumer VARCHAR(255) NOT NULL,
    message_id VARCHAR(255) NOT NULL,
    attempts INT NOT NULL,
    suspect BOOLEAN NOT NULL,
    next_at DATETIME(6),
    PRIMARY KEY (consumer, message_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- Messages that wait for a consumer's next attempt. A row without a time (available_at) waits behind an earlier one of its key.
CREATE TABLE IF NOT EXISTS ${prefix}inbox_parked (
    number BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    consumer VARCHAR(255) NOT NULL,
    id VARCHAR(255) NOT NULL,
    destination VARCHAR(255) NOT NULL,
    message_key VARCHAR(255),
    type VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    headers MEDIUMTEXT,
    correlation_id VARCHAR(255),
    causation_id VARCHAR(255),
    not_before DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    payload LONGBLOB NOT NULL,
    attempts INT NOT NULL,
    available_at DATETIME(6),
    claimed_by VARCHAR(255),
    claimed_until DATETIME(6),
    lapses INT NOT NULL,
    parked_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    last_delay_micros BIGINT NOT NULL,
    last_error VARCHAR(4000) NOT NULL,
    UNIQUE KEY inbox_parked_message (consumer, id),
    KEY inbox_parked_due (consumer, available_at, number),
    KEY inbox_parked_key (consumer, destination, message_key),
    KEY inbox_parked_claim (claimed_by)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- Which version of these tables is here; written last.
CREATE TABLE IF NOT EXISTS ${prefix}outbox_schema (
    version INT NOT NULL PRIMARY KEY,
    incarnation VARCHAR(36) NOT NULL DEFAULT (UUID()),
    applied_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6))
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

INSERT IGNORE INTO ${prefix}outbox_lease (slot, epoch) VALUES
    (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 0), (12, 0),
    (13, 0), (14, 0), (15, 0), (16, 0), (17, 0), (18, 0), (19, 0), (20, 0), (21, 0), (22, 0), (23, 0), (24,
    0), (25, 0), (26, 0), (27, 0), (28, 0), (29, 0), (30, 0), (31, 0), (32, 0), (33, 0), (34, 0), (35, 0),
    (36, 0), (37, 0), (38, 0), (39, 0), (40, 0), (41, 0), (42, 0), (43, 0), (44, 0), (45, 0), (46, 0), (47,
    0), (48, 0), (49, 0), (50, 0), (51, 0), (52, 0), (53, 0), (54, 0), (55, 0), (56, 0), (57, 0), (58, 0),
    (59, 0), (60, 0), (61, 0), (62, 0), (63, 0);

INSERT IGNORE INTO ${prefix}outbox_schema (version) VALUES (1);
