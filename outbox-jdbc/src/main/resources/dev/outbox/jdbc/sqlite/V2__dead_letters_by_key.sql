-- Version 2 of the tables: dead letters of a destination and of a key are found without reading all of them.
CREATE INDEX IF NOT EXISTS ${prefix}outbox_dead_letter_key ON ${prefix}outbox_dead_letter (destination, message_key, number);

INSERT INTO ${prefix}outbox_schema (version)
SELECT 2 WHERE NOT EXISTS (SELECT 1 FROM ${prefix}outbox_schema WHERE version = 2);
