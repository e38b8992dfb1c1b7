package dev.outbox.examples.orderpipeline.inventory;

import dev.outbox.Message;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.order.Order;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Takes paid orders off the shelf: all of their lines, or none. Thread-safe. */
public final class Inventory {
    private final JdbcOutbox outbox;

    /** An inventory that publishes through {@code outbox}. */
    public Inventory(JdbcOutbox outbox) {
        this.outbox = outbox;
    }

    /** Handles {@code PaymentCompleted}. */
    public void handle(Message message, Connection tx) throws SQLException {
        OrderEvent event = OrderEvent.of(message);
        Optional<String> missing = firstMissing(tx, event.order());
        if (missing.isEmpty()) {
            take(tx, event.order());
        }
        String type = missing.isEmpty() ? OrderEvent.INVENTORY_RESERVED : OrderEvent.OUT_OF_STOCK;
        outbox.publish(tx, event.next(message, OrderEvent.INVENTORY, type, missing.orElse("")));
    }

    /** Locks the products in the order of their numbers, as everyone here does: so no two orders wait for each other. */
    private static Optional<String> firstMissing(Connection tx, Order order) throws SQLException {
        Optional<String> missing = Optional.empty();
        for (Order.Line line : order.lines()) {
            long stock = Sql.number(tx, "SELECT stock FROM product WHERE sku = ? FOR UPDATE", line.sku());
            if (stock < line.quantity() && missing.isEmpty()) {
                missing = Optional.of(line.sku());
            }
        }
        return missing;
    }

    private static void take(Connection tx, Order order) throws SQLException {
        for (Order.Line line : order.lines()) {
            Sql.update(tx, "UPDATE product SET stock = stock - ? WHERE sku = ?", line.quantity(), line.sku());
        }
    }
}
