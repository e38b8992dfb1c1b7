package dev.outbox.jdbc;

import dev.outbox.spi.OutboxStore;
import dev.outbox.testkit.OutboxStoreContract;
import dev.outbox.testkit.PublishingTransaction;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbOutboxStoreIT extends OutboxStoreContract {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    private final JdbcOutbox outbox = database.outbox();

    @Override
    protected OutboxStore store() {
        return outbox.store();
    }

    @Override
    protected PublishingTransaction begin() {
        return new JdbcPublishing(outbox, database.dataSource());
    }

    @Override
    protected void passTime(Duration time) {
        Passing.pass(time);
    }
}
