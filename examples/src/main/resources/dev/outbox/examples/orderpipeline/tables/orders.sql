-- The order service: the intake and the order desk. For all databases.

CREATE TABLE IF NOT EXISTS customer_order (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    body VARCHAR(8000) NOT NULL,
    total_cents BIGINT NOT NULL,
    outcome VARCHAR(20)
);

CREATE TABLE IF NOT EXISTS order_line (
    order_id VARCHAR(40) NOT NULL REFERENCES customer_order (id),
    sku VARCHAR(20) NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (order_id, sku)
);

CREATE TABLE IF NOT EXISTS rejected_line (
    number ${identity},
    source VARCHAR(1000) NOT NULL,
    line_number BIGINT NOT NULL,
    reason VARCHAR(500) NOT NULL,
    text VARCHAR(2000) NOT NULL
);

CREATE INDEX IF NOT EXISTS rejected_line_place ON rejected_line (line_number);
