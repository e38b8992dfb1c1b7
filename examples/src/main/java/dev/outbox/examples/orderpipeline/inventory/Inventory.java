package dev.outbox.examples.orderpipeline.inventory;

import dev.outbox.Message;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.order.Order;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
        Optional<String> missing = take(tx, event.order().lines());
        String type = missing.isEmpty() ? OrderEvent.INVENTORY_RESERVED : OrderEvent.OUT_OF_STOCK;
        outbox.publish(tx, event.next(message, OrderEvent.INVENTORY, type, missing.orElse("")));
    }

    /**
     * Takes the lines in the order of their products, as everyone here does: so no two orders wait for each other. When one is missing, what was taken
     * before goes back.
     *
     * @return the product that is missing
     */
    private static Optional<String> take(Connection tx, List<Order.Line> lines) throws SQLException {
        for (int i = 0; i < lines.size(); i++) {
            Order.Line line = lines.get(i);
            int taken = Sql.update(
                    tx,
                    "UPDATE product SET stock = stock - ? WHERE sku = ? AND stock >= ?",
                    line.quantity(),
                    line.sku(),
                    line.quantity());
            if (taken == 0) {
                putBack(tx, lines.subList(0, i));
                return Optional.of(line.sku());
            }
        }
        return Optional.empty();
    }

    private static void putBack(Connection tx, List<Order.Line> lines) throws SQLException {
        for (Order.Line line : lines) {
            Sql.update(tx, "UPDATE product SET stock = stock + ? WHERE sku = ?", line.quantity(), line.sku());
        }
    }
}
