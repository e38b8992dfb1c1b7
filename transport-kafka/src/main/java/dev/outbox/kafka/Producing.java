package dev.outbox.kafka;

import dev.outbox.internal.sending.Keeper;
import java.time.Duration;

/** What the transport's keeper looks after: it makes and replaces the producer, and looks at new topics. */
final class Producing implements Keeper.Duties {
    private static final long WITHOUT_PRODUCER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Connection connection;
    private final TopicCheck topics;

    Producing(ProducerSettings settings, Keeper keeper) {
        this.connection = new Connection(settings, keeper::wake);
        this.topics = new TopicCheck(settings, keeper::wake);
    }

    Connection connection() {
        return connection;
    }

    TopicCheck topics() {
        return topics;
    }

    @Override
    public long tend(long now) {
        return connection.tend(now) ? topics.tend(now) : WITHOUT_PRODUCER_NANOS;
    }

    @Override
    public void close(Duration timeout) {
        connection.close(timeout);
        topics.close();
    }
}
