package dev.outbox.testkit;

import dev.outbox.spi.OutboxStore;
import java.time.Duration;

class InMemoryStoreTest extends OutboxStoreContract {
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
    protected void passTime(Duration time) {
        clock.advance(time);
    }
}
