-- The inventory. For all databases.

CREATE TABLE IF NOT EXISTS product (
    sku VARCHAR(20) NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    initial_stock BIGINT NOT NULL,
    stock BIGINT NOT NULL CHECK (stock >= 0)
);
