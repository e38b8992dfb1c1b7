package dev.outbox.faults.processes;

import dev.outbox.Message;
import dev.outbox.inprocess.InProcessOptions;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.retry.RetryPolicy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/** Two subscribers, of which the second halts the process at messages of the type {@link SocketTransport#HALTING}. */
final class HaltingSubscriber {
    static final String ORDERLY = "orderly";
    static final String HALTING = "halting";

    private HaltingSubscriber() {}

    static InProcessTransport of(JdbcOutbox outbox, String instance) {
        SubscriberOptions options = SubscriberOptions.defaults()
                .retry(RetryPolicy.fixed(RelayProcess.DELAY).maxAttempts(RelayProcess.ATTEMPTS));
        return InProcessTransport.over(outbox.deliveries())
                .subscribe(
                        Load.DESTINATION,
                        ORDERLY,
                        outbox.inbox().idempotent((message, tx) -> note(ORDERLY, message, tx)),
                        options)
                .subscribe(Load.DESTINATION, HALTING, outbox.inbox().idempotent(HaltingSubscriber::handle), options)
                .options(InProcessOptions.defaults()
                        .claim(Duration.ofSeconds(1))
                        .poll(Duration.ofMillis(20), Duration.ofMillis(100)))
                .instance(instance)
                .start();
    }

    private static void handle(Message message, Connection tx) throws SQLException {
        if (message.type().equals(SocketTransport.HALTING)) {
            SocketTransport.halt(message.id());
        }
        note(HALTING, message, tx);
    }

    /** One row for each effect. */
    static void note(String subscriber, Message message, Connection tx) throws SQLException {
        try (PreparedStatement insert =
                tx.prepareStatement("INSERT INTO effect (subscriber, message_id, message_key) VALUES (?, ?, ?)")) {
            insert.setString(1, subscriber);
            insert.setString(2, message.id());
            insert.setString(3, message.key().orElse(""));
            insert.executeUpdate();
        }
    }
}
