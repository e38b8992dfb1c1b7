-- Analytics: the log of all events, and the figures made from it. For all databases.

CREATE TABLE IF NOT EXISTS event_log (
    number ${identity},
    message_id VARCHAR(255) NOT NULL,
    type VARCHAR(40) NOT NULL,
    order_id VARCHAR(40) NOT NULL,
    body VARCHAR(8000) NOT NULL
);

CREATE TABLE IF NOT EXISTS daily_sales (
    sale_day VARCHAR(10) NOT NULL,
    sku VARCHAR(20) NOT NULL,
    units BIGINT NOT NULL,
    cents BIGINT NOT NULL,
    PRIMARY KEY (sale_day, sku)
);

CREATE TABLE IF NOT EXISTS daily_outcome (
    sale_day VARCHAR(10) NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    orders BIGINT NOT NULL,
    cents BIGINT NOT NULL,
    PRIMARY KEY (sale_day, outcome)
);
