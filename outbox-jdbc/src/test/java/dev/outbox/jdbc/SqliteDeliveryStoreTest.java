package dev.outbox.jdbc;

import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.testkit.DeliveryStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteDeliveryStoreTest extends DeliveryStoreContract {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    private final JdbcOutbox outbox = database.outbox();

    @Override
    protected DeliveryStore store() {
        return outbox.deliveries();
    }

    @Override
    protected DeadLetters deadLetters() {
        return outbox.deadLetters();
    }

    @Override
    protected boolean accept(String consumer, String messageId) {
        return Accepting.accept(outbox, consumer, messageId);
    }

    @Override
    protected void passTime(Duration time) {
        Passing.pass(time);
    }
}
