package dev.outbox.jdbc;

import dev.outbox.BatchHandler;
import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.spi.Remembers;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private static final String HANDLE_ONCE = "handle a message once";

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
     * connection are committed together; if it throws, or its transaction has failed although it does not say so, nothing of it remains. What it throws goes on
     * to the consumer as it is.
     *
     * <p>A duplicate does nothing. Of duplicates at the same time one does the work and the others wait for it. A lock timeout, a deadlock or a serialization
     * failure becomes a {@link HandledElsewhereException}, which costs no attempt.
     */
    public MessageHandler idempotent(TransactionalHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return new Once(batch -> handleOnce(batch, (messages, tx) -> handler.handle(messages.get(0), tx)));
    }

    /**
     * The same for several messages in one transaction, for {@code Consumer.of(...).batchHandler(...)}: those that were handled before, and those that stand in a
     * batch twice, are left out; the handler is not called when none is left. Noting all of them costs one statement on PostgreSQL.
     */
    public BatchHandler idempotentBatch(TransactionalBatchHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return new Once(batch -> handleOnce(batch, handler));
    }

    /** Says for how long it remembers, so that a consumer can check its own times. */
    private final class Once implements MessageHandler, BatchHandler, Remembers {
        private final BatchHandler handler;

        Once(BatchHandler handler) {
            this.handler = handler;
        }

        @Override
        public void handle(Delivery delivery) throws Exception {
            handler.handle(List.of(delivery));
        }

        @Override
        public void handle(List<Delivery> batch) throws Exception {
            handler.handle(batch);
        }

        @Override
        public Duration retention() {
            return database.options().inboxRetention();
        }
    }

    private void handleOnce(List<Delivery> batch, TransactionalBatchHandler handler) throws Exception {
        try (WorkTransaction transaction = WorkTransaction.begin(database, HANDLE_ONCE)) {
            Connection tx = transaction.connection();
            List<Message> fresh = insertAll(tx, batch);
            if (fresh.isEmpty()) {
                return;
            }
            handler.handle(fresh, OwnedConnection.of(tx, hints));
            transaction.commit();
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
            Set<String> one = Set.of(Objects.requireNonNull(messageId, "messageId"));
            return !insert(tx, Objects.requireNonNull(consumer, "consumer"), one)
                    .isEmpty();
        } catch (SQLException failed) {
            StoreException failure = database.failure("note that a message is handled", failed);
            if (Failures.isElsewhere(failed)) {
                throw new HandledElsewhereException("another transaction handles the same message", failure);
            }
            throw failure;
        }
    }

    /** The messages that were not noted before, each once, in the order of the batch, which is of one consumer. */
    private List<Message> insertAll(Connection tx, List<Delivery> batch) {
        Map<String, Message> byId = new LinkedHashMap<>();
        batch.forEach(delivery -> byId.putIfAbsent(delivery.message().id(), delivery.message()));
        String consumer = batch.get(0).consumer();
        try {
            byId.keySet().retainAll(insert(tx, consumer, byId.keySet()));
        } catch (SQLException failed) {
            throw database.failure(HANDLE_ONCE, failed);
        }
        return List.copyOf(byId.values());
    }

    /** Those of {@code messageIds} that were not there. */
    private Set<String> insert(Connection tx, String consumer, Set<String> messageIds) throws SQLException {
        Tables tables = database.tables(tx);
        int timeoutSeconds = (int) database.options().statementTimeout().toSeconds();
        Session session = new Session(tx, tables.dialect(), timeoutSeconds);
        try {
            return tables.inbox().insertAll(session, consumer, messageIds, InboxRows.State.DONE);
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
