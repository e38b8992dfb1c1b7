package dev.outbox.benchmarks;

import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.jdbc.PostgresNotifications;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL with an outbox, and another process in which relays run. */
final class LatencyRig implements AutoCloseable {
    /** The ways from a commit to the transport. */
    enum Variant {
        BASELINE("handed over in memory"),
        HERE("relay in the same process"),
        POLLING("relay elsewhere, polling"),
        LISTENING("relay elsewhere, LISTEN/NOTIFY");

        final String text;

        Variant(String text) {
            this.text = text;
        }
    }

    /** From the intended start of a transaction to its commit, and to the transport. */
    record Round(Latencies committed, Latencies arrived) {}

    private static final int CLOSED_LOOPS = 8;

    private final BenchmarkDatabase database = BenchmarkDatabase.open(BenchmarkDatabase.Kind.POSTGRESQL);
    private final RelayElsewhere elsewhere;

    LatencyRig() {
        JdbcOutbox.on(database.pool()).schema().apply();
        elsewhere = new RelayElsewhere(database.pool());
    }

    /** Transactions at a fixed rate, with one message each, after a second that does not count. */
    Round openLoop(Variant variant, int perSecond, int seconds) throws InterruptedException {
        JdbcOutbox outbox = fresh();
        PostgresNotifications sending = sending(variant, outbox);
        try (sending) {
            Receiver receiver = receiver(variant, outbox);
            AtomicInteger number = new AtomicInteger();
            new OpenLoop(perSecond, intended -> publish(outbox, LatencyTransport.warmUp(number.getAndIncrement())))
                    .run(1);
            Latencies committed = new OpenLoop(perSecond, intended -> {
                        publish(outbox, LatencyTransport.message(intended));
                        receiver.committed(intended);
                    })
                    .run(seconds);
            return new Round(committed, receiver.end(seconds * perSecond));
        }
    }

    /** How many transactions a second eight publishers commit, each with one message, as fast as they can. */
    double closedLoop(Variant variant, int seconds) throws InterruptedException {
        JdbcOutbox outbox = fresh();
        PostgresNotifications sending = sending(variant, outbox);
        try (sending) {
            Receiver receiver = receiver(variant, outbox);
            commits(outbox, 1);
            double perSecond = commits(outbox, seconds) / (double) seconds;
            receiver.end(0);
            return perSecond;
        }
    }

    private static int commits(JdbcOutbox outbox, int seconds) throws InterruptedException {
        AtomicInteger commits = new AtomicInteger();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService threads = Executors.newFixedThreadPool(CLOSED_LOOPS);
        for (int i = 0; i < CLOSED_LOOPS; i++) {
            threads.execute(() -> {
                while (System.nanoTime() - until < 0) {
                    publish(outbox, LatencyTransport.warmUp(commits.get()));
                    commits.incrementAndGet();
                }
            });
        }
        threads.shutdown();
        if (!threads.awaitTermination(seconds + 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("publishers did not end");
        }
        return commits.get();
    }

    private JdbcOutbox fresh() {
        database.execute("TRUNCATE outbox_message", "CHECKPOINT");
        return JdbcOutbox.on(database.pool());
    }

    private static void publish(JdbcOutbox outbox, Message message) {
        outbox.transaction(tx -> {
            outbox.publish(tx, message);
            return true;
        });
    }

    private static @Nullable PostgresNotifications sending(Variant variant, JdbcOutbox outbox) {
        return variant == Variant.LISTENING ? PostgresNotifications.send(outbox) : null;
    }

    private Receiver receiver(Variant variant, JdbcOutbox outbox) {
        return switch (variant) {
            case BASELINE -> new HandedOver();
            case HERE -> new RelayHere(outbox.store());
            case POLLING -> elsewhere.polling();
            case LISTENING -> elsewhere.listening();
        };
    }

    @Override
    public void close() {
        try (database) {
            elsewhere.close();
        }
    }
}
