-- Version 2 of the tables: dead letters of a destination and of a key are found without reading all of them.
CREATE INDEX outbox_dead_letter_key ON ${prefix}outbox_dead_letter (destination, message_key, number);

INSERT IGNORE INTO ${prefix}outbox_schema (version) VALUES (2);
