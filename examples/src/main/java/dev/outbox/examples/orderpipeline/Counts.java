package dev.outbox.examples.orderpipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the shop has come, by its database.
 *
 * @param placed orders
 * @param fulfilled of them, those that ended well
 * @param paymentFailed those whose card was declined
 * @param refunded those that were out of stock
 * @param notified notifications sent
 * @param events events that analytics has seen
 * @param waiting messages in the outbox
 * @param deadLetters deliveries that were given up
 */
record Counts(
        long placed,
        long fulfilled,
        long paymentFailed,
        long refunded,
        long notified,
        long events,
        long waiting,
        long deadLetters) {
    private static final long DEPTH_BOUND = 100_000;

    static Counts read(Premises premises) throws SQLException {
        Premises.Queues queues = premises.queues(DEPTH_BOUND);
        return premises.read(tx -> read(tx, queues.waiting(), queues.dead()));
    }

    private static Counts read(Connection tx, long waiting, long deadLetters) throws SQLException {
        Map<String, Long> byOutcome = new HashMap<>();
        Sql.query(
                tx,
                "SELECT COALESCE(outcome, 'OPEN'), COUNT(*) FROM customer_order GROUP BY outcome",
                row -> byOutcome.put(row.getString(1), row.getLong(2)));
        return new Counts(
                byOutcome.values().stream().mapToLong(Long::longValue).sum(),
                byOutcome.getOrDefault("FULFILLED", 0L),
                byOutcome.getOrDefault("PAYMENT_FAILED", 0L),
                byOutcome.getOrDefault("REFUNDED", 0L),
                Sql.number(tx, "SELECT COUNT(*) FROM notification"),
                Sql.number(tx, "SELECT COUNT(*) FROM event_log"),
                waiting,
                deadLetters);
    }

    /** Orders without an outcome. */
    long open() {
        return placed - ended();
    }

    /** Orders with an outcome. */
    long ended() {
        return fulfilled + paymentFailed + refunded;
    }

    /** Whether everything that follows from the orders placed has happened: each outcome has a known number of events. */
    boolean complete() {
        return open() == 0 && notified == ended() && events == 4 * fulfilled + 3 * paymentFailed + 5 * refunded;
    }
}
