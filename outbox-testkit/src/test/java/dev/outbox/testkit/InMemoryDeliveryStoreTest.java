package dev.outbox.testkit;

import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeliveryStore;
import java.time.Duration;

class InMemoryDeliveryStoreTest extends DeliveryStoreContract {
    private final ManualClock clock = new ManualClock();
    private final InMemoryStore store = new InMemoryStore(clock);

    @Override
    protected DeliveryStore store() {
        return store;
    }

    @Override
    protected DeadLetters deadLetters() {
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
