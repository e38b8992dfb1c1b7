-- The notification service. For all databases.

-- No key on the order or the message: the audit has to see it when something happened twice.
CREATE TABLE IF NOT EXISTS notification (
    number ${identity},
    order_id VARCHAR(40) NOT NULL,
    email VARCHAR(200) NOT NULL,
    text VARCHAR(1000) NOT NULL
);
