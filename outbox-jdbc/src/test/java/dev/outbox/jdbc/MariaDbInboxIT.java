package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.MessageHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbInboxIT extends InboxBehaviour {
    private static final String ENDED = "the transaction was ended before its work returned";

    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    private void execute(Connection tx, String sql) throws SQLException {
        try (Statement statement = tx.createStatement()) {
            statement.execute(sql);
        }
    }

    private void add(Connection tx, int item) throws SQLException {
        execute(tx, "UPDATE " + database.table("stock") + " SET amount = amount + 1 WHERE item = " + item);
    }

    /** The server ends the transaction that has changed fewer rows, which is the handler's; what the handler writes then would be in another one, without the inbox row. */
    @Test
    void g6_aHandlerThatSwallowsADeadlockHasNoEffect() throws Exception {
        database.execute("INSERT INTO " + database.table("stock") + " SELECT seq, 0 FROM seq_10_to_1000");
        CountDownLatch itemOne = new CountDownLatch(1);
        CountDownLatch itemTwo = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try (Connection tx = database.dataSource().getConnection()) {
                tx.setAutoCommit(false);
                execute(tx, "UPDATE " + database.table("stock") + " SET amount = 7 WHERE item > 1");
                itemTwo.countDown();
                itemOne.await();
                add(tx, 1);
                tx.rollback();
            } catch (SQLException | InterruptedException failed) {
                failure.set(failed);
            }
        });
        AtomicReference<@Nullable SQLException> swallowed = new AtomicReference<>();
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            add(tx, 1);
            itemOne.countDown();
            assertThat(itemTwo.await(1, TimeUnit.MINUTES)).isTrue();
            try {
                add(tx, 2);
            } catch (SQLException deadlock) {
                swallowed.set(deadlock);
            }
            execute(tx, "INSERT INTO " + database.table("effect") + " VALUES ('" + message.id() + "')");
        });
        other.start();
        assertThat(itemTwo.await(1, TimeUnit.MINUTES)).isTrue();
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1"))).hasStackTraceContaining(ENDED);
        Threads.join(other);
        assertThat(failure.get()).isNull();
        assertThat((Throwable) swallowed.get()).isNotNull();
        assertThat(database.count("effect")).isZero();
        assertThat(database.count("inbox_message")).isZero();
        assertThat(database.number("SELECT SUM(amount) FROM " + database.table("stock")))
                .isZero();
        handler.handle(delivery("payment", "1"));
        assertThat(database.count("effect")).as("the next attempt").isEqualTo(1);
    }

    /** It commits what was done before it, and the inbox row with it: nobody can take that back. */
    @Test
    void g6_aHandlerThatRunsADefinitionFailsThoughTheDefinitionHasCommitted() {
        MessageHandler handler = inbox.idempotent((Message message, Connection tx) -> {
            add(tx, 1);
            execute(tx, "CREATE TABLE " + database.table("mine") + " (id INT)");
            add(tx, 2);
        });
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1"))).hasStackTraceContaining(ENDED);
        assertThat(database.number("SELECT SUM(amount) FROM " + database.table("stock")))
                .isEqualTo(1);
        assertThat(database.count("inbox_message")).isEqualTo(1);
    }
}
