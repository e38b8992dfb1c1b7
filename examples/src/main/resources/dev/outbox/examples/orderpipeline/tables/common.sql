-- The number of a schema, made when it is. For all databases.

CREATE TABLE IF NOT EXISTS installation (
    id VARCHAR(36) NOT NULL PRIMARY KEY
);
