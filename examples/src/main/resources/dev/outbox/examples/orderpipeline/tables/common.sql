-- The number of a schema, made when it is. For H2 and PostgreSQL.

CREATE TABLE IF NOT EXISTS installation (
    id VARCHAR(36) NOT NULL PRIMARY KEY
);
