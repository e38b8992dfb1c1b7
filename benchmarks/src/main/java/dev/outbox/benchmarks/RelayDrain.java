package dev.outbox.benchmarks;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.spi.Transport;

/** The relay at the same work as {@link MinimumLoop}: from its start to the commit of the last delete. */
final class RelayDrain {
    private static final int BATCH = 5_000;

    private final BenchmarkDatabase database;
    private final JdbcOutbox outbox;

    RelayDrain(BenchmarkDatabase database) {
        this.database = database;
        this.outbox = JdbcOutbox.on(database.pool());
        outbox.schema().apply();
    }

    void fill(Workload workload) {
        database.empty("outbox_message");
        for (int i = 0; i < workload.messages(); i += BATCH) {
            int from = i;
            int to = Math.min(workload.messages(), i + BATCH);
            outbox.transaction(tx -> {
                outbox.publish(tx, workload.messages(from, to));
                return to;
            });
        }
    }

    /** Sends so many messages to {@code transport}, which stays open. */
    void drain(int messages, Transport transport) throws InterruptedException {
        CountedTransport counted = new CountedTransport(transport, messages);
        Relay relay = Relay.from(outbox.store()).to(counted).name("benchmark").start();
        try {
            counted.await();
        } finally {
            relay.close();
        }
    }

    /** Rows that are left, which must be none after a drain. */
    long left() {
        return database.count("outbox_message");
    }
}
