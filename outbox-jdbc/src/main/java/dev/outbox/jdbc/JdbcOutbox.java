package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.publish.Gate;
import dev.outbox.publish.OutboxFullException;
import dev.outbox.publish.PendingGate;
import dev.outbox.publish.PendingLimit;
import dev.outbox.publish.PressureGate;
import dev.outbox.publish.PressureLimit;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The transactional outbox: {@link #publish} writes messages in the caller's own transaction, and a relay over {@link #store} sends them when that has committed.
 *
 * <pre>{@code
 * JdbcOutbox outbox = JdbcOutbox.on(dataSource);
 *
 * try (Connection tx = dataSource.getConnection()) {
 *     tx.setAutoCommit(false);
 *     orders.insert(tx, order);
 *     outbox.publish(tx, Message.to("orders").key(order.customerId()).type("OrderPlaced").json(order));
 *     tx.commit();
 * }
 * outbox.committed();
 * }</pre>
 *
 * <p>A message is sent if and only if the transaction commits (G1). On the caller's connection this class only runs its insert: it never commits, changes a
 * setting, or runs DDL (G10). For its own work it borrows connections from the data source, one a call; it starts no threads and does nothing until it is used.
 * The data source has to lead to the primary server, and stays the caller's to close.
 *
 * <p>H2, MariaDB 10.6, MySQL 8.0.20, PostgreSQL 12 and SQLite 3.35 or newer. Thread-safe.
 */
public final class JdbcOutbox {
    /** The most messages that one call publishes. */
    public static final int MAX_MESSAGES = 10_000;

    private final Database database;
    private final List<Gate> gates;
    private final Hints hints = new Hints();
    private final DeadLetters deadLetters;
    private final OutboxStore store;
    private final DeliveryStore deliveries;
    private final Schema schema;
    private final Inspection inspection;

    private JdbcOutbox(Database database) {
        this.database = database;
        this.deadLetters = new JdbcDeadLetters(database, hints);
        this.store = new JdbcOutboxStore(database, hints, deadLetters);
        this.deliveries = new JdbcDeliveryStore(database);
        this.schema = new Schema(database);
        this.inspection = new Inspection(database);
        this.gates = gates(database.options());
    }

    /** Pressure first: what it lets through counts as pending. */
    private List<Gate> gates(JdbcOptions options) {
        PressureLimit pressure = options.pressure();
        PendingLimit pending = options.pendingLimit();
        return Stream.<@Nullable Gate>of(
                        pressure == null ? null : new PressureGate(pressure),
                        pending == null ? null : new PendingGate(pending, this::pending))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The outbox in the database of {@code dataSource}, with {@link JdbcOptions#defaults()}. */
    public static JdbcOutbox on(DataSource dataSource) {
        return on(dataSource, JdbcOptions.defaults());
    }

    /** The outbox in the database of {@code dataSource}. */
    public static JdbcOutbox on(DataSource dataSource, JdbcOptions options) {
        return new JdbcOutbox(new Database(dataSource, options));
    }

    /** See {@link #publish(Connection, List)}. */
    public void publish(Connection tx, Message... messages) {
        publish(tx, List.of(messages));
    }

    /**
     * Writes {@code messages} in the transaction of {@code tx}, in one round trip, in their order. They are sent after it has committed; if it is rolled back,
     * they never were.
     *
     * @param tx a connection to the outbox's database with auto-commit off
     * @param messages at most {@value #MAX_MESSAGES}; the same id twice is two messages
     * @throws IllegalStateException if {@code tx} is in auto-commit mode
     * @throws IllegalArgumentException if there are too many messages, or one breaks the limits of its destination; nothing was written
     * @throws OutboxFullException if the options limit what may be pending and there is no room, or slow publishing down; nothing was written
     * @throws StoreException if the database refuses; the transaction should be rolled back
     */
    public void publish(Connection tx, List<Message> messages) {
        if (messages.size() > MAX_MESSAGES) {
            throw new IllegalArgumentException(messages.size() + " messages at once; the limit is " + MAX_MESSAGES);
        }
        try {
            if (Objects.requireNonNull(tx, "tx").getAutoCommit()) {
                throw new IllegalStateException(
                        "the connection is in auto-commit mode: the message would be sent even if what"
                                + " follows fails. Call setAutoCommit(false) before the first statement, or use transaction(...)");
            }
            Tables tables = database.tables(tx);
            messages.forEach(message -> check(message, tables.dialect()));
            List<Message> admitted = admit(messages);
            if (!admitted.isEmpty()) {
                tables.hot().insert(new Session(tx, tables.dialect(), 0), admitted);
            }
        } catch (SQLException failed) {
            throw database.failure("publish", failed);
        }
        if (!OwnedConnection.tells(tx, hints)) {
            hints.published();
        }
    }

    private List<Message> admit(List<Message> messages) {
        List<Message> admitted = messages;
        for (Gate gate : gates) {
            admitted = gate.admit(admitted);
        }
        return admitted;
    }

    private long pending(long bound) {
        return database.autoCommit(
                "count pending messages", (session, tables) -> tables.parked().pending(session, bound));
    }

    private void check(Message message, Dialect dialect) {
        database.options().limitsOf(message.destination()).check(message);
        StoredLimits.check(message, dialect);
    }

    /**
     * Runs {@code work} in a transaction of its own, commits it, and wakes the relay. If the work throws, the transaction is rolled back and the exception goes
     * on to the caller.
     *
     * @throws E if the work throws it
     * @throws StoreException if the database fails; whether the transaction was committed is then unknown
     */
    public <T, E extends Exception> T transaction(TransactionalWork<T, E> work) throws E {
        T result;
        try (WorkTransaction transaction = WorkTransaction.begin(database, "run a transaction")) {
            result = work.run(OwnedConnection.of(transaction.connection(), hints));
            transaction.commit();
        }
        hints.committed();
        return result;
    }

    /** Wakes the relay: the caller has committed what it published. Without this call the relay finds it at its next poll. */
    public void committed() {
        hints.committed();
    }

    /** How many droppable messages a {@link PendingLimit} or a {@link PressureLimit} that drops has dropped. */
    public long dropped() {
        return gates.stream().mapToLong(Gate::dropped).sum();
    }

    /** The inbox in the same database; what its handlers publish is sent as soon as they have committed. */
    public JdbcInbox inbox() {
        return new JdbcInbox(database, hints);
    }

    Database database() {
        return database;
    }

    Hints hints() {
        return hints;
    }

    /** What a relay works on. */
    public OutboxStore store() {
        return store;
    }

    /** The dead letters of the relay, and of consumers that keep theirs in this database. */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /** Where consumers keep what they could not handle yet. */
    public DeliveryStore deliveries() {
        return deliveries;
    }

    /** The tables. */
    public Schema schema() {
        return schema;
    }

    /** A look at what stands in the tables: how much, what is blocked, who owns what. */
    public Inspection inspection() {
        return inspection;
    }
}
