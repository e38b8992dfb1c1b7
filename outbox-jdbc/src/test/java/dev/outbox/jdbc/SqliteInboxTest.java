package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.MessageHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteInboxTest extends InboxBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    private void add(Connection tx, int item) throws SQLException {
        try (Statement update = tx.createStatement()) {
            update.executeUpdate("UPDATE " + database.table("stock") + " SET amount = amount + 1 WHERE item = " + item);
        }
    }

    /** Who would wait for each other elsewhere goes one after the other: the second begins when the first has ended. */
    @Test
    @Override
    void g8_aDeadlockChargesNothing() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch secondIsUnderWay = new CountDownLatch(1);
        MessageHandler oneWay = inbox.idempotent((message, tx) -> {
            add(tx, 1);
            first.countDown();
            assertThat(secondIsUnderWay.await(1, TimeUnit.MINUTES)).isTrue();
            add(tx, 2);
        });
        MessageHandler otherWay = inbox.idempotent((message, tx) -> {
            add(tx, 2);
            add(tx, 1);
        });
        Thread one = new Thread(() -> handle(oneWay, "1"));
        Thread other = new Thread(() -> {
            secondIsUnderWay.countDown();
            handle(otherWay, "2");
        });
        one.start();
        assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
        other.start();
        Threads.join(one);
        Threads.join(other);
        assertThat(database.count("inbox_message")).isEqualTo(2);
        assertThat(database.number("SELECT sum(amount) FROM " + database.table("stock")))
                .isEqualTo(4);
    }

    private static void handle(MessageHandler handler, String id) {
        try {
            handler.handle(delivery("payment", id));
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** SQLite rolls all of it back; what follows would stand alone, without the inbox row. */
    @Test
    void g6_aHandlerThatHidesAnErrorWhichEndedTheTransactionIsNotDone() {
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            add(tx, 1);
            try (Statement statement = tx.createStatement()) {
                statement.executeUpdate(
                        "INSERT OR ROLLBACK INTO " + database.table("stock") + " (item, amount) VALUES (1, 7)");
            } catch (SQLException hidden) {
                assertThat(hidden.getMessage()).contains("SQLITE_CONSTRAINT");
            }
        });
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1")))
                .hasMessageContaining("no transaction is active");
        assertThat(database.count("inbox_message")).isZero();
        assertThat(database.number("SELECT sum(amount) FROM " + database.table("stock")))
                .isZero();
        assertThat(Accepting.accept(outbox, "payment", "1"))
                .as("the next transaction works")
                .isTrue();
    }
}
