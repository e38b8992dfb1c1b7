package dev.outbox.jdbc;

import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import dev.outbox.MessageHandler;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * The idempotent consumer: remembers in the application's database which messages a consumer has handled, in the same transaction as what the handler writes
 * there, so that these effects happen once although a message may arrive more than once (G6).
 *
 * <pre>{@code
 * MessageHandler handler = JdbcInbox.on(dataSource).idempotent((message, tx) -> recordPayment(tx, message));
 * }</pre>
 *
 * <p>It is remembered for the retention of {@link JdbcOptions#inboxRetention}; call {@link #prune()} from time to time. Starts no threads and does nothing until
 * it is used. The data source has to lead to the primary server, and stays the caller's to close. Thread-safe.
 */
public final class JdbcInbox {
    private final Database database;
    private final Hints hints;

    JdbcInbox(Database database, Hints hints) {
        this.database = database;
        this.hints = hints;
    }

    /** The inbox in the database of {@code dataSource}, with {@link JdbcOptions#defaults()}. */
    public static JdbcInbox on(DataSource dataSource) {
        return on(dataSource, JdbcOptions.defaults());
    }

    /** The inbox in the database of {@code dataSource}. */
    public static JdbcInbox on(DataSource dataSource, JdbcOptions options) {
        return new JdbcInbox(new Database(dataSource, options), new Hints());
    }

    /**
     * A handler that lets {@code handler} do its work once per consumer and message id. Its writes, the note that they were made, and what it publishes with its
     * connection are committed together; if it throws, or its transaction has failed although it does not say so, nothing of it remains.
     *
     * <p>A duplicate does nothing. Of duplicates at the same time one does the work and the others wait for it. A lock timeout, a deadlock or a serialization
     * failure becomes a {@link HandledElsewhereException}, which costs no attempt.
     */
    public MessageHandler idempotent(TransactionalHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return delivery -> handle(delivery, handler);
    }

    private void handle(Delivery delivery, TransactionalHandler handler) throws Exception {
        try (WorkTransaction transaction = WorkTransaction.begin(database)) {
            Connection tx = transaction.connection();
            if (!insert(tx, delivery.consumer(), delivery.message().id())) {
                return;
            }
            handler.handle(delivery.message(), OwnedConnection.of(tx, hints));
            transaction.commit();
        } catch (SQLException failed) {
            throw elsewhereOr(database.failure("handle a message once", failed));
        } catch (Exception failed) {
            throw elsewhereOr(failed);
        }
        hints.committed();
    }

    /** The failure, unless what it says is that another transaction was in the way. */
    private static Exception elsewhereOr(Exception failed) {
        return Failures.isElsewhere(failed)
                ? new HandledElsewhereException("another transaction works on the same rows; try again", failed)
                : failed;
    }

    /**
     * Notes in the caller's own transaction that {@code consumer} handles the message, for handlers that do something elsewhere between two transactions. Waits
     * for another transaction that is about to note the same.
     *
     * @param tx a connection to the inbox's database with auto-commit off
     * @return true the first time; false if the note is there already, and there is nothing to do
     * @throws IllegalStateException if {@code tx} is in auto-commit mode
     * @throws HandledElsewhereException if the wait took too long; the transaction should be rolled back
     * @throws StoreException if the database fails; the transaction should be rolled back
     */
    public boolean accept(Connection tx, String consumer, String messageId) {
        try {
            if (Objects.requireNonNull(tx, "tx").getAutoCommit()) {
                throw new IllegalStateException(
                        "the connection is in auto-commit mode: the message would count as handled even if"
                                + " what follows fails. Call setAutoCommit(false) before the first statement");
            }
            return insert(
                    tx, Objects.requireNonNull(consumer, "consumer"), Objects.requireNonNull(messageId, "messageId"));
        } catch (SQLException failed) {
            StoreException failure = database.failure("note that a message is handled", failed);
            if (Failures.isElsewhere(failed)) {
                throw new HandledElsewhereException("another transaction handles the same message", failure);
            }
            throw failure;
        }
    }

    private boolean insert(Connection tx, String consumer, String messageId) throws SQLException {
        Tables tables = database.tables(tx);
        int timeoutSeconds = (int) database.options().statementTimeout().toSeconds();
        Session session = new Session(tx, tables.dialect(), timeoutSeconds);
        try {
            return tables.inbox().insert(session, consumer, messageId, InboxRows.State.DONE);
        } catch (SQLException failed) {
            if (Failures.isTimeout(failed)) {
                throw new HandledElsewhereException(
                        "another transaction handles the same message", Failures.harmless(failed));
            }
            throw failed;
        }
    }

    /** Forgets what was handled longer ago than the retention of the options; see {@link #prune(Duration)}. */
    public int prune() {
        return prune(database.options().inboxRetention());
    }

    /**
     * Forgets what was handled longer ago than {@code retention}, in batches of 1,000 rows, each a transaction of its own.
     *
     * @return how many rows
     * @throws IllegalArgumentException if {@code retention} is negative
     * @throws StoreException if the database fails; some batches may have been deleted
     */
    public int prune(Duration retention) {
        if (retention.isNegative()) {
            throw new IllegalArgumentException("retention " + retention + " must not be negative");
        }
        int rows = 0;
        InboxRows.Pruned batch;
        do {
            batch = database.transaction(
                    "prune the inbox", (session, tables) -> tables.inbox().prune(session, retention));
            rows += batch.rows();
        } while (batch.more());
        return rows;
    }
}
