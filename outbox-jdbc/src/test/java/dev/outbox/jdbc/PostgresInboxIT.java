package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.HandledElsewhereException;
import dev.outbox.MessageHandler;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresInboxIT extends InboxBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    @Test
    void g6_aHandlerThatSwallowsAnErrorOfTheDatabaseHasFailed() {
        MessageHandler swallowing = inbox.idempotent((message, tx) -> fail(tx));
        assertThatThrownBy(() -> swallowing.handle(delivery("payment", "1"))).isInstanceOf(StoreException.class);
        assertThat(database.count("inbox_message")).isZero();
    }

    private static void fail(Connection tx) {
        try (Statement statement = tx.createStatement()) {
            statement.execute("SELECT 1 / 0");
        } catch (SQLException swallowed) {
            assertThat(swallowed.getSQLState()).isEqualTo("22012");
        }
    }

    /** At REPEATABLE READ the duplicate that waited fails with 40001. */
    @Test
    void g8_aSerializationFailureChargesNothing() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (HikariDataSource pool =
                PostgresDatabase.pool(config -> config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ"))) {
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            MessageHandler slow = inbox.idempotent((message, tx) -> {
                first.countDown();
                end.await();
            });
            Future<Boolean> one = thread.submit(() -> {
                slow.handle(delivery("payment", "1"));
                return true;
            });
            assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
            JdbcInbox repeatable = JdbcInbox.on(pool, database.options());
            MessageHandler duplicate = repeatable.idempotent((message, tx) -> {
                throw new AssertionError("handled twice");
            });
            ExecutorService other = Executors.newSingleThreadExecutor();
            Future<?> waiting = other.submit(() -> {
                assertThatThrownBy(() -> duplicate.handle(delivery("payment", "1")))
                        .isInstanceOf(HandledElsewhereException.class);
            });
            awaitBlocked();
            end.countDown();
            waiting.get(1, TimeUnit.MINUTES);
            assertThat(one.get(1, TimeUnit.MINUTES)).isTrue();
            other.shutdown();
        } finally {
            thread.shutdown();
        }
    }

    private void awaitBlocked() {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 0) {
            assertThat(System.nanoTime())
                    .as("the duplicate waits within a minute")
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
