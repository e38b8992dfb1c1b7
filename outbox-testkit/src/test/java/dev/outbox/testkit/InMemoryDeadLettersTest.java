package dev.outbox.testkit;

import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.OutboxStore;
import java.time.Duration;

class InMemoryDeadLettersTest extends DeadLettersContract {
    private final ManualClock clock = new ManualClock();
    private final InMemoryStore store = new InMemoryStore(clock);

    @Override
    protected OutboxStore store() {
        return store;
    }

    @Override
    protected PublishingTransaction begin() {
        return store.begin();
    }

    @Override
    protected DeliveryStore deliveries() {
        return store;
    }

    @Override
    protected boolean accept(String consumer, String messageId) {
        return store.accept(consumer, messageId);
    }

    @Override
    protected void passTime(Duration time) {
        clock.advance(time);
    }
}
