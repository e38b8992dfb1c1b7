package dev.outbox.tool;

import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** Somebody's application with an outbox and a relay. Its destination refuses what is poison, and cannot take what is flaky. */
final class Application implements Transport {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final JdbcOutbox outbox;
    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private volatile boolean cured;

    Application(DataSource dataSource) {
        outbox = JdbcOutbox.on(dataSource);
    }

    JdbcOutbox outbox() {
        return outbox;
    }

    /** The ids of what arrived. */
    List<String> delivered() {
        return delivered;
    }

    /** From now on everything arrives. */
    void cure() {
        cured = true;
    }

    void publish(Message... messages) {
        outbox.transaction(tx -> {
            outbox.publish(tx, messages);
            return true;
        });
    }

    /** A relay works until nothing is pending. */
    void relayAll() {
        RelayOptions options = RelayOptions.defaults().retry(RetryPolicy.fixed(Duration.ofHours(1)));
        try (Relay relay = Relay.from(outbox.store())
                .to(this)
                .name("relay-of-the-shop")
                .options(options)
                .start()) {
            await("nothing is pending")
                    .atMost(BOUND)
                    .until(() -> relay.state() == Relay.State.RUNNING
                            && outbox.store().pending(10) == 0);
        }
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        batch.forEach(sending -> outcomes.onOutcome(sending.token(), outcome(sending.message())));
    }

    private Outcome outcome(Message message) {
        if (!cured && message.type().equals("Poison")) {
            return new Outcome.Rejected(new IllegalArgumentException("no such product"));
        }
        if (!cured && message.type().equals("Flaky")) {
            return new Outcome.Failed(new IllegalStateException("connection refused"));
        }
        delivered.add(message.id());
        return Outcome.CONFIRMED;
    }

    @Override
    public void close() {
        // Has nothing open.
    }
}
