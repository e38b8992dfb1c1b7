package dev.outbox.examples.orderpipeline.notification;

import dev.outbox.Message;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.order.Outcome;
import java.sql.Connection;
import java.sql.SQLException;

/** Writes to the customer when an order has ended. The table of what was sent stands for a mail server. Thread-safe. */
public final class Notifications {
    private final Templates templates;

    /** Notifications with the texts of {@code templates}. */
    public Notifications(Templates templates) {
        this.templates = templates;
    }

    /** Handles {@code OrderFulfilled} and {@code OrderCancelled}. */
    public void handle(Message message, Connection tx) throws SQLException {
        OrderEvent event = OrderEvent.of(message);
        Sql.update(
                tx,
                "INSERT INTO notification (order_id, email, text) VALUES (?, ?, ?)",
                event.order().id(),
                event.order().email(),
                templates.text(event.order(), Outcome.valueOf(event.detail())));
    }
}
