package dev.outbox.faults.processes;

import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.StoreException;
import dev.outbox.testkit.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Two publishers that together commit some 250 transactions a second, of one to three messages of {@value #KEYS} keys; one in twenty is rolled back. Each
 * transaction is told to the history.
 */
final class Load implements AutoCloseable {
    static final String DESTINATION = "orders";
    static final String EVENT = "event";
    static final String FAILING = "failing";
    static final int KEYS = 96;

    private static final int PUBLISHERS = 2;
    private static final long PERIOD_MILLIS = 8;
    private static final int MOST = 3;
    private static final long STOP_SECONDS = 60;

    private final History history;
    private final JdbcOutbox outbox;
    private final DataSource dataSource;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();
    private volatile int failingOfHundred;
    private ScheduledExecutorService publishers = Executors.newScheduledThreadPool(PUBLISHERS);

    Load(History history, JdbcOutbox outbox, DataSource dataSource) {
        this.history = history;
        this.outbox = outbox;
        this.dataSource = dataSource;
    }

    /** How many of hundred messages are of the type {@value #FAILING}; none at first. */
    void failing(int ofHundred) {
        failingOfHundred = ofHundred;
    }

    void start() {
        publishers = Executors.newScheduledThreadPool(PUBLISHERS);
        for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
            SplittableRandom random = new SplittableRandom(publisher);
            publishers.scheduleAtFixedRate(() -> publishSome(random), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the publishers; what they had begun is committed or not, and known to the history. */
    void stop() throws InterruptedException {
        publishers.shutdown();
        if (!publishers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the publishers do not end");
        }
    }

    /** Messages of transactions that are known to be committed. */
    long committed() {
        return committed.get();
    }

    private void publishSome(SplittableRandom random) {
        List<Message> messages = new ArrayList<>();
        for (int count = 1 + random.nextInt(MOST); count > 0; count--) {
            boolean fails = random.nextInt(100) < failingOfHundred;
            messages.add(message(random.nextInt(KEYS), fails ? FAILING : EVENT, random.nextInt(2_000)));
        }
        publish(messages, random.nextInt(20) > 0);
    }

    static Message message(int key, String type, int bytes) {
        byte[] payload = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(payload);
        return Message.to(DESTINATION)
                .key("key-" + key)
                .type(type)
                .header("size", String.valueOf(bytes))
                .bytes(payload);
    }

    /** Publishes in one transaction, and commits it or rolls it back. */
    void publish(List<Message> messages, boolean commits) {
        String name = "tx-" + transactions.incrementAndGet();
        boolean ending = false;
        try (Connection tx = dataSource.getConnection()) {
            tx.setAutoCommit(false);
            messages.forEach(message -> history.inserted(name, message));
            outbox.publish(tx, messages);
            if (!commits) {
                tx.rollback();
                history.rolledBack(name);
                return;
            }
            ending = true;
            tx.commit();
            history.committed(name);
            committed.addAndGet(messages.size());
        } catch (SQLException | StoreException failed) {
            if (ending) {
                history.commitUnknown(name);
            } else {
                history.rolledBack(name);
            }
        }
    }

    @Override
    public void close() {
        publishers.shutdownNow();
    }
}
