package dev.outbox.faults.load;

import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOutbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** Publishes at a steady rate, ten messages a transaction, each transaction in the name of another key; numbers grow within each key, and payloads tell the nanosecond. */
final class Traffic implements AutoCloseable {
    private static final int BATCH = 10;

    private final ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor();
    private final JdbcOutbox outbox;
    private final String destination;
    private final List<String> keys;
    private final AtomicLong published = new AtomicLong();

    private Traffic(JdbcOutbox outbox, String destination, List<String> keys) {
        this.outbox = outbox;
        this.destination = destination;
        this.keys = keys;
    }

    static Traffic start(JdbcOutbox outbox, String destination, List<String> keys, int perSecond) {
        Traffic traffic = new Traffic(outbox, destination, keys);
        long period = Duration.ofSeconds(1).toNanos() * BATCH / perSecond;
        traffic.publisher.scheduleAtFixedRate(traffic::publish, 0, period, TimeUnit.NANOSECONDS);
        return traffic;
    }

    /** How many messages are committed. */
    long published() {
        return published.get();
    }

    private void publish() {
        long first = published.get() + 1;
        String key = keys.get((int) (first / BATCH % keys.size()));
        List<Message> messages = LongStream.range(first, first + BATCH)
                .mapToObj(number ->
                        Message.to(destination).id(key + "#" + number).key(key).text(String.valueOf(System.nanoTime())))
                .toList();
        outbox.transaction(tx -> {
            outbox.publish(tx, messages);
            return first;
        });
        published.addAndGet(BATCH);
    }

    @Override
    public void close() {
        stop();
    }

    /** Publishes nothing any more when it returns. Idempotent. */
    void stop() {
        publisher.shutdown();
        try {
            if (!publisher.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a publish does not end within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
