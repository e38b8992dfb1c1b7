-- Version 2 of the tables: dead letters of a destination and of a key are found without reading all of them.
-- A definition commits at once, so the index may be there from an earlier attempt; MySQL has no IF NOT EXISTS for it.
SET @outbox_definition = IF(
    EXISTS (
        SELECT 1 FROM information_schema.statistics
        WHERE table_schema = COALESCE(NULLIF('${schema}', ''), DATABASE()) AND table_name = '${local}outbox_dead_letter'
          AND index_name = 'outbox_dead_letter_key'),
    'DO 0',
    'CREATE INDEX outbox_dead_letter_key ON ${prefix}outbox_dead_letter (destination, message_key, number)');

PREPARE outbox_definition FROM @outbox_definition;

EXECUTE outbox_definition;

DEALLOCATE PREPARE outbox_definition;

INSERT IGNORE INTO ${prefix}outbox_schema (version) VALUES (2);
