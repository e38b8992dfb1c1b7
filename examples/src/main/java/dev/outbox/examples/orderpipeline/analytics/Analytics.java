package dev.outbox.examples.orderpipeline.analytics;

import dev.outbox.JsonCodec;
import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Shop;
import dev.outbox.examples.orderpipeline.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Keeps the log of all events, and the figures made from them. Its handler is for one thread: the figures of a day are rows that many orders share, and one
 * writer needs no locks on them.
 */
public final class Analytics {
    private Analytics() {}

    /**
     * What a rebuild has found.
     *
     * @param events how many events the log has
     * @param before the figures before
     * @param after the figures made anew
     */
    public record Rebuilt(long events, List<String> before, List<String> after) {
        /** Whether the figures are the same. */
        public boolean equal() {
            return before.equals(after);
        }
    }

    /** Handles every event. */
    public static void handle(Message message, Connection tx) throws SQLException {
        OrderEvent event = OrderEvent.of(message);
        Sql.update(
                tx,
                "INSERT INTO event_log (message_id, type, order_id, body) VALUES (?, ?, ?, ?)",
                message.id(),
                message.type(),
                event.order().id(),
                message.payload().toUtf8String());
        SalesModel.apply(tx, message.type(), event);
    }

    /** Makes the figures anew from the log, in one transaction, and says whether they are what they were. */
    public static Rebuilt rebuild(Shop shop) throws SQLException {
        return shop.outbox().transaction(tx -> {
            List<String> before = SalesModel.figures(tx);
            SalesModel.clear(tx);
            long events = replay(tx);
            return new Rebuilt(events, before, SalesModel.figures(tx));
        });
    }

    private static long replay(Connection tx) throws SQLException {
        long events = 0;
        try (PreparedStatement statement = tx.prepareStatement("SELECT type, body FROM event_log ORDER BY number")) {
            statement.setFetchSize(1_000);
            try (ResultSet row = statement.executeQuery()) {
                for (; row.next(); events++) {
                    Payload body = Payload.ofUtf8(row.getString(2));
                    SalesModel.apply(tx, row.getString(1), JsonCodec.standard().decode(body, OrderEvent.class));
                }
            }
        }
        return events;
    }
}
