package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Notifications asked of a database that has none. */
class NotificationsElsewhereTest {
    @RegisterExtension
    final H2Database database = H2Database.inMemory();

    private final JdbcOutbox outbox = database.outbox();

    @Test
    void sendingSaysThatItNeedsPostgres() {
        NotificationSender sender = new NotificationSender(outbox.database(), outbox.hints(), 1, () -> 0);
        sender.announce();

        assertThatThrownBy(sender::step)
                .isInstanceOf(NoNotificationsException.class)
                .hasMessageContaining("PostgreSQL");
    }

    @Test
    void listeningSaysThatItNeedsPostgres() {
        NotificationListener listener = new NotificationListener(
                database.dataSource(), outbox.database(), outbox.hints(), () -> 0, Duration.ofSeconds(1));

        assertThatThrownBy(listener::step)
                .isInstanceOf(NoNotificationsException.class)
                .hasMessageContaining("PostgreSQL");
    }
}
