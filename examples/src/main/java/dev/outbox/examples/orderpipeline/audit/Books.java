package dev.outbox.examples.orderpipeline.audit;

import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.gateway.LedgerEntry;
import dev.outbox.examples.orderpipeline.order.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that the audit compares, read at one time.
 *
 * @param orders the shop's orders
 * @param accounts the gateway's ledger, by order
 * @param events how often analytics has seen each type of event of each order
 * @param notifications how many each order has led to
 * @param shelves the stock of each product
 */
record Books(
        Map<String, Entry> orders,
        Map<String, Account> accounts,
        Map<String, Map<String, Long>> events,
        Map<String, Long> notifications,
        List<Shelf> shelves) {
    /**
     * An order.
     *
     * @param cents its price
     * @param outcome how it ended, if it has
     */
    record Entry(long cents, Optional<Outcome> outcome) {
        boolean ended(Outcome how) {
            return outcome.isPresent() && outcome.get() == how;
        }
    }

    /**
     * A product's stock.
     *
     * @param sku its number
     * @param initial at the opening
     * @param left now
     * @param sold in fulfilled orders
     */
    record Shelf(String sku, long initial, long left, long sold) {
        boolean addsUp() {
            return left >= 0 && initial - left == sold;
        }
    }

    static Books read(Connection tx, List<LedgerEntry> ledger) throws SQLException {
        return new Books(orders(tx), accounts(ledger), events(tx), notifications(tx), shelves(tx));
    }

    private static Map<String, Entry> orders(Connection tx) throws SQLException {
        Map<String, Entry> orders = new TreeMap<>();
        Sql.query(
                tx,
                "SELECT id, total_cents, outcome FROM customer_order",
                row -> orders.put(
                        row.getString(1),
                        new Entry(
                                row.getLong(2),
                                Optional.ofNullable(row.getString(3)).map(Outcome::valueOf))));
        return orders;
    }

    private static Map<String, Account> accounts(List<LedgerEntry> ledger) {
        Map<String, Account> accounts = new TreeMap<>();
        for (LedgerEntry entry : ledger) {
            Account account = accounts.computeIfAbsent(entry.order(), order -> new Account());
            switch (entry.kind()) {
                case CHARGE -> account.charge(entry.cents());
                case REFUND -> account.refund(entry.cents());
                case DECLINE -> {}
            }
        }
        return accounts;
    }

    private static Map<String, Map<String, Long>> events(Connection tx) throws SQLException {
        Map<String, Map<String, Long>> events = new HashMap<>();
        Sql.query(
                tx,
                "SELECT order_id, type, COUNT(*) FROM event_log GROUP BY order_id, type",
                row -> events.computeIfAbsent(row.getString(1), order -> new TreeMap<>())
                        .put(row.getString(2), row.getLong(3)));
        return events;
    }

    private static Map<String, Long> notifications(Connection tx) throws SQLException {
        Map<String, Long> notifications = new HashMap<>();
        Sql.query(
                tx,
                "SELECT order_id, COUNT(*) FROM notification GROUP BY order_id",
                row -> notifications.put(row.getString(1), row.getLong(2)));
        return notifications;
    }

    private static List<Shelf> shelves(Connection tx) throws SQLException {
        return Sql.query(tx, """
                SELECT p.sku, p.initial_stock, p.stock, COALESCE(sold.units, 0)
                FROM product p
                LEFT JOIN (
                    SELECT l.sku, SUM(l.quantity) AS units
                    FROM order_line l JOIN customer_order o ON o.id = l.order_id
                    WHERE o.outcome = 'FULFILLED'
                    GROUP BY l.sku) sold ON sold.sku = p.sku
                ORDER BY p.sku
                """, row -> new Shelf(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)));
    }

    /** How many orders ended like this. */
    long count(Outcome outcome) {
        return orders.values().stream().filter(order -> order.ended(outcome)).count();
    }

    /** The price of all orders that ended like this, in cents. */
    long cents(Outcome outcome) {
        return orders.values().stream()
                .filter(order -> order.ended(outcome))
                .mapToLong(Entry::cents)
                .sum();
    }

    /** The ledger's page of an order; an empty one if there is none. */
    Account account(String order) {
        return accounts.getOrDefault(order, new Account());
    }

    /** The events that an order with this outcome has led to, each once. */
    static Map<String, Long> eventsOf(Outcome outcome) {
        return switch (outcome) {
            case FULFILLED ->
                Map.of(
                        OrderEvent.ORDER_PLACED, 1L,
                        OrderEvent.PAYMENT_COMPLETED, 1L,
                        OrderEvent.INVENTORY_RESERVED, 1L,
                        OrderEvent.ORDER_FULFILLED, 1L);
            case PAYMENT_FAILED ->
                Map.of(
                        OrderEvent.ORDER_PLACED, 1L,
                        OrderEvent.PAYMENT_FAILED, 1L,
                        OrderEvent.ORDER_CANCELLED, 1L);
            case REFUNDED ->
                Map.of(
                        OrderEvent.ORDER_PLACED, 1L,
                        OrderEvent.PAYMENT_COMPLETED, 1L,
                        OrderEvent.OUT_OF_STOCK, 1L,
                        OrderEvent.REFUND_ISSUED, 1L,
                        OrderEvent.ORDER_CANCELLED, 1L);
        };
    }
}
