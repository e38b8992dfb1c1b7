-- Version 2 of the tables: dead letters of a destination and of a key are found without reading all of them.
-- While the index is built, nothing can become a dead letter or be redriven. What is published is sent as usual.
CREATE INDEX ${local}outbox_dead_letter_key ON ${prefix}outbox_dead_letter (destination, message_key, number);

INSERT INTO ${prefix}outbox_schema (version) VALUES (2);
