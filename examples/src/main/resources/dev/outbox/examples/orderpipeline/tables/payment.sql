-- The payment service. For all databases.

-- What is to be done, or was done, at the payment gateway, as far as we know: its ledger is the truth.
CREATE TABLE IF NOT EXISTS money_move (
    order_id VARCHAR(40) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    cents BIGINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    answer VARCHAR(200),
    PRIMARY KEY (order_id, kind)
);
