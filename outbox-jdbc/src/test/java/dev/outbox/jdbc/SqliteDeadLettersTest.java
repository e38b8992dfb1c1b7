package dev.outbox.jdbc;

import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.OutboxStore;
import dev.outbox.testkit.DeadLettersContract;
import dev.outbox.testkit.PublishingTransaction;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteDeadLettersTest extends DeadLettersContract {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    private final JdbcOutbox outbox = database.outbox();

    @Override
    protected OutboxStore store() {
        return outbox.store();
    }

    @Override
    protected DeliveryStore deliveries() {
        return outbox.deliveries();
    }

    @Override
    protected boolean accept(String consumer, String messageId) {
        return Accepting.accept(outbox, consumer, messageId);
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
