package dev.outbox.examples.orderpipeline.order;

import dev.outbox.Message;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.SQLException;

/** Decides how an order ends, from what payment and inventory say, and tells the others. Thread-safe. */
public final class OrderDesk {
    private final JdbcOutbox outbox;

    /** A desk that publishes through {@code outbox}. */
    public OrderDesk(JdbcOutbox outbox) {
        this.outbox = outbox;
    }

    /** Handles {@code InventoryReserved}, {@code PaymentFailed} and {@code RefundIssued}. */
    public void handle(Message message, Connection tx) throws SQLException {
        switch (message.type()) {
            case OrderEvent.INVENTORY_RESERVED -> end(message, tx, Outcome.FULFILLED);
            case OrderEvent.PAYMENT_FAILED -> end(message, tx, Outcome.PAYMENT_FAILED);
            case OrderEvent.REFUND_ISSUED -> end(message, tx, Outcome.REFUNDED);
            default -> throw new IllegalArgumentException(message.type() + " ends no order");
        }
    }

    private void end(Message message, Connection tx, Outcome outcome) throws SQLException {
        OrderEvent event = OrderEvent.of(message);
        int ended = Sql.update(
                tx,
                "UPDATE customer_order SET outcome = ? WHERE id = ? AND outcome IS NULL",
                outcome.name(),
                event.order().id());
        if (ended != 1) {
            throw new IllegalStateException("order " + event.order().id() + " has ended before, or was never placed");
        }
        String type = outcome == Outcome.FULFILLED ? OrderEvent.ORDER_FULFILLED : OrderEvent.ORDER_CANCELLED;
        outbox.publish(tx, event.next(message, OrderEvent.ORDERS, type, outcome.name()));
    }
}
