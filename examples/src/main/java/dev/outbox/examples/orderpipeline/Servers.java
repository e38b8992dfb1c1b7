package dev.outbox.examples.orderpipeline;

import java.util.ArrayDeque;
import java.util.Deque;

/** The database and the broker of a run: those that were named, and private ones in place of those that were not, which end with the run. */
final class Servers implements AutoCloseable {
    private final Deque<Runnable> ends = new ArrayDeque<>();

    /** Where the tables are. */
    DatabaseAddress database(Settings settings) {
        return settings.database().orElseGet(() -> settings.kind().startPrivate(ends::push));
    }

    /** Where the broker is. */
    String broker(Settings settings, BrokerKind kind) {
        return settings.broker().orElseGet(() -> startBroker(kind));
    }

    private String startBroker(BrokerKind kind) {
        BrokerKind.PrivateBroker broker = kind.startPrivate();
        ends.push(broker::close);
        return broker.address();
    }

    @Override
    public void close() {
        ends.forEach(Runnable::run);
    }
}
