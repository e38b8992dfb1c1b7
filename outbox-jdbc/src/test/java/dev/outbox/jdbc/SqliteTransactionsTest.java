package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transactions of the application and of ours, of which one writes at a time. */
class SqliteTransactionsTest {
    private static final String IMPATIENT = "journal_mode=WAL&busy_timeout=50";

    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    private JdbcOutbox outbox;

    @BeforeEach
    void createTables() {
        outbox = database.outbox();
    }

    private static Message message() {
        return Message.to("d").key("k").text("x");
    }

    private void publish(JdbcOutbox to) {
        to.transaction(tx -> {
            to.publish(tx, message());
            return true;
        });
    }

    private long published() {
        return database.count("outbox_message");
    }

    private static void read(Connection tx) throws SQLException {
        try (Statement statement = tx.createStatement()) {
            statement.executeQuery("SELECT count(*) FROM shop_outbox_lease").close();
        }
    }

    /** RULES 18 */
    @Test
    void g1_whoReadsThenWritesAfterAnotherWroteIsToldToBeginImmediate() throws SQLException {
        try (Connection tx = database.dataSource().getConnection()) {
            tx.setAutoCommit(false);
            read(tx);
            publish(outbox);
            assertThatThrownBy(() -> outbox.publish(tx, message()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("SQLITE_BUSY_SNAPSHOT")
                    .hasMessageContaining("BEGIN IMMEDIATE")
                    .hasMessageContaining("transaction_mode=IMMEDIATE");
            tx.rollback();
            outbox.publish(tx, message());
            tx.commit();
            tx.setAutoCommit(true);
        }
        assertThat(published()).isEqualTo(2);
    }

    @Test
    void g1_whoBeginsImmediateReadsAndPublishesWhileOthersWait() throws SQLException {
        try (HikariDataSource pool = database.pool(SqliteDatabase.SETTINGS + "&transaction_mode=IMMEDIATE", c -> {})) {
            Thread other;
            try (Connection tx = pool.getConnection()) {
                tx.setAutoCommit(false);
                read(tx);
                other = new Thread(() -> publish(outbox));
                other.start();
                outbox.publish(tx, message());
                tx.commit();
            }
            Threads.join(other);
            publish(JdbcOutbox.on(pool, database.options()));
        }
        assertThat(published()).isEqualTo(3);
    }

    /** The work is ours to begin, so it reads and writes as it likes, whatever the settings of the pool are. */
    @Test
    void g1_inATransactionOfTheOutboxOneMayReadBeforeOneWrites() {
        CountDownLatch begun = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            try {
                begun.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            publish(outbox);
        });
        other.start();
        assertThatCode(() -> outbox.<Boolean, SQLException>transaction(tx -> {
                    read(tx);
                    begun.countDown();
                    Passing.pass(Duration.ofMillis(50));
                    outbox.publish(tx, message());
                    return true;
                }))
                .doesNotThrowAnyException();
        Threads.join(other);
        assertThat(published()).isEqualTo(2);
    }

    /** A connection on which a transaction could not begin, or its commit could not be followed by another, must not be left between the driver's modes. */
    @Test
    void g1_poolsWorkOnAfterATransactionThatCouldNotBegin() throws SQLException {
        for (String mode : List.of("DEFERRED", "IMMEDIATE")) {
            try (HikariDataSource pool = database.pool(
                            IMPATIENT + "&transaction_mode=" + mode, config -> config.setMaximumPoolSize(1));
                    Connection hanging = database.dataSource().getConnection()) {
                JdbcOutbox impatient = JdbcOutbox.on(pool, database.options().statementTimeout(Duration.ofSeconds(1)));
                hanging.setAutoCommit(false);
                outbox.publish(hanging, message());
                assertThatThrownBy(() -> publish(impatient))
                        .as(mode)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("one writer at a time")
                        .matches(Failures::isElsewhere);
                assertThat(impatient.store().depth(10).pending()).as(mode).isZero();
                hanging.rollback();
                hanging.setAutoCommit(true);
                assertThatThrownBy(() -> impatient.transaction(tx -> {
                            impatient.publish(tx, message());
                            throw new IllegalStateException("taken back");
                        }))
                        .hasMessage("taken back");
                assertThat(published()).as(mode).isZero();
                publish(impatient);
                assertThat(published()).as(mode).isEqualTo(1);
                database.execute("DELETE FROM shop_outbox_message");
                try (Connection connection = pool.getConnection()) {
                    assertThat(connection.getAutoCommit()).isTrue();
                    assertThat(SqliteTransactions.busyTimeout(connection)).isEqualTo(50);
                }
            }
        }
    }

    @Test
    void g10_theTimeThatAnApplicationWaitsForLocksStaysAsItWasSet() throws SQLException {
        try (HikariDataSource pool = database.pool("journal_mode=WAL", config -> {
            config.setMaximumPoolSize(1);
            config.setConnectionInitSql("PRAGMA busy_timeout = 4321");
        })) {
            JdbcOutbox other = JdbcOutbox.on(pool, database.options());
            publish(other);
            other.store().depth(10);
            other.store().mark("nobody", "x");
            assertThat(Accepting.accept(other, "consumer", "id")).isTrue();
            try (Connection connection = pool.getConnection()) {
                assertThat(SqliteTransactions.busyTimeout(connection)).isEqualTo(4_321);
            }
        }
    }

    /** SQLite asks for a lock ten times a second when it has waited for some time; next to somebody who hardly lets it go, that is not enough. */
    @Test
    void g10_whoeverWritesWithoutAPauseDoesNotKeepUsFromWriting() {
        AtomicBoolean stop = new AtomicBoolean();
        Thread hog = new Thread(() -> hog(stop));
        hog.start();
        try {
            long began = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                outbox.store().mark("nobody", "x");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        } finally {
            stop.set(true);
            Threads.join(hog);
        }
    }

    /** Has the lock all the time but for an instant every two milliseconds. */
    private void hog(AtomicBoolean stop) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                statement.execute("BEGIN IMMEDIATE");
                Passing.pass(Duration.ZERO);
                statement.execute("ROLLBACK");
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
