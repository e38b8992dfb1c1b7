package dev.outbox.faults.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerOptions;
import dev.outbox.inprocess.InProcessOptions;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.jdbc.JdbcInbox;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.Transport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that publishes, relays, consumes, redrives and prunes, and that ends without a word at one point if it is told to. Without one it goes on until nothing is left
 * to do, and says what was wrong.
 */
final class CrashChild {
    private static final int EACH = 2;
    private static final Duration LONGEST = Duration.ofSeconds(Long.getLong("crash.seconds", 90));
    private static final Duration STEP = Duration.ofMillis(30);
    /** So long that the relay has read it before. */
    private static final Duration LATER = Duration.ofSeconds(2);

    private static final RetryPolicy POLICY =
            RetryPolicy.fixed(STEP).maxAttempts(50).permanent(UnsupportedOperationException.class);

    private final HikariDataSource pool = pool();
    private final Ledger ledger = new Ledger(pool);
    private final JdbcOutbox publisher = JdbcOutbox.on(Steps.commits("publish:", pool));
    private final JdbcOutbox outbox = JdbcOutbox.on(Steps.commits("store:", pool));
    private final JdbcInbox inbox = JdbcInbox.on(Steps.commits("inbox:", pool));
    private final Way way = Way.valueOf(System.getProperty("crash.way"));
    private final String address = System.getProperty("crash.address");

    private CrashChild() throws SQLException {}

    /** Runs the process. */
    public static void main(String[] arguments) throws Exception {
        new CrashChild().run();
    }

    private static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getProperty("crash.url"));
        config.setUsername(System.getProperty("crash.user"));
        config.setPassword(System.getProperty("crash.password"));
        config.setMaximumPoolSize(16);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    @SuppressWarnings("try") // the consumer works by itself
    private void run() throws Exception {
        outbox.schema().apply();
        try (Transport transport = way == Way.IN_PROCESS ? subscribers() : way.transport(address);
                Consumer consumer = way == Way.IN_PROCESS ? null : consumer();
                Relay relay = relay(transport)) {
            publish();
            work();
            System.out.println("relay " + relay.state());
        }
        CrashPoint.step("prune", () -> inbox.prune());
        CrashPoint.list();
        ledger.mistakes().forEach(mistake -> System.out.println("mistake: " + mistake));
        System.exit(ledger.mistakes().isEmpty() && ledger.isComplete() ? 0 : 1);
    }

    private Relay relay(Transport transport) {
        return Relay.from(Steps.of(outbox.store()))
                .name("relay")
                .to(Steps.of(new Failing(transport, ledger)))
                .options(RelayOptions.defaults()
                        .lease(Duration.ofSeconds(1))
                        .poll(Duration.ofMillis(5), Duration.ofMillis(50))
                        .retry(POLICY))
                .start();
    }

    private Transport subscribers() {
        return InProcessTransport.over(Steps.of(outbox.deliveries()))
                .subscribe(
                        Way.DESTINATION,
                        Way.CONSUMER,
                        delivery -> CrashPoint.step("handle", () -> {
                            inbox.idempotent((message, tx) -> handle(delivery, tx))
                                    .handle(delivery);
                            return true;
                        }),
                        SubscriberOptions.defaults().retry(POLICY))
                .options(InProcessOptions.defaults()
                        .claim(Duration.ofSeconds(1))
                        .poll(Duration.ofMillis(10), Duration.ofMillis(100)))
                .instance("only")
                .start();
    }

    private Consumer consumer() {
        return Consumer.of(Steps.of(way.source(address)), Way.CONSUMER)
                .instance("only")
                .handler(delivery -> CrashPoint.step("handle", () -> {
                    inbox.idempotent((message, tx) -> handle(delivery, tx)).handle(delivery);
                    return true;
                }))
                .store(Steps.of(outbox.deliveries()))
                .retry(POLICY)
                .options(ConsumerOptions.defaults()
                        .claim(Duration.ofSeconds(1))
                        .memoryRetries(1, Duration.ofMillis(10))
                        .poll(Duration.ofMillis(10), Duration.ofMillis(100)))
                .start();
    }

    private void handle(dev.outbox.Delivery delivery, Connection tx) throws SQLException {
        Message message = delivery.message();
        Kind kind = Kind.of(message);
        if ((kind == Kind.UNHANDLED && delivery.attempt() == 1) || (kind == Kind.STUBBORN && delivery.attempt() < 4)) {
            throw new IllegalStateException("not now");
        } else if (kind == Kind.GIVEN_UP && !ledger.isMended(message.id())) {
            throw new UnsupportedOperationException("not that");
        }
        ledger.effect(tx, message);
    }

    private void publish() throws Exception {
        for (int i = 0; i < EACH; i++) {
            for (Kind kind : Kind.values()) {
                if (i == 0 || kind != Kind.SCHEDULED) {
                    publisher.transaction(tx -> publish(tx, kind));
                }
            }
        }
    }

    private boolean publish(Connection tx, Kind kind) throws SQLException {
        String key = "key of " + kind;
        long sequence = ledger.next(tx, key);
        Message.Builder message =
                Message.to(Way.DESTINATION).key(key).type(kind.name()).header("sequence", String.valueOf(sequence));
        if (kind == Kind.SCHEDULED) {
            message.notBefore(Instant.now().plus(LATER));
        }
        Message built = message.text("order " + sequence);
        ledger.published(tx, built, sequence);
        try {
            return CrashPoint.step("publish", () -> {
                publisher.publish(tx, built);
                return true;
            });
        } catch (Exception failed) {
            throw new SQLException(failed);
        }
    }

    /** Until every message has had its effect; what is given up is mended and redriven. */
    private void work() throws Exception {
        DeadLetters letters = outbox.deadLetters();
        long begin = System.nanoTime();
        while (!ledger.isComplete()) {
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                System.out.println("mistake: stuck after " + LONGEST);
                return;
            }
            for (DeadLetter letter : letters.list(DeadLetterQuery.all())) {
                redrive(letters, letter);
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    private void redrive(DeadLetters letters, DeadLetter letter) throws Exception {
        if (!Kind.of(letter.message()).isMendable()) {
            System.out.println("mistake: dead without a cause: " + letter.message() + " " + letter.error());
        }
        ledger.mend(letter.message().id());
        CrashPoint.step("redrive", () -> letters.redrive(DeadLetterQuery.number(letter.number())));
    }
}
