package dev.outbox.faults.pipeline;

import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.jdbc.JdbcInbox;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * What a consumer does with a message: it writes one row, in the transaction of the inbox. No constraint keeps a second row out, so that the check sees it.
 * What is to fail or to halt the process is noted before, in a transaction of its own. What is to fail can be held, from its second attempt on.
 */
final class Effects {
    static final int HALT_CODE = 99;
    static final String FAILURE = "no such product";
    private static final long HELD_NANOS = Duration.ofMillis(20).toNanos();

    private final DataSource books;
    private final JdbcOutbox outbox;
    private final String instance;
    private final String consumer;

    Effects(DataSource books, String instance, String consumer) {
        this.books = books;
        this.outbox = JdbcOutbox.on(books);
        this.instance = instance;
        this.consumer = consumer;
    }

    MessageHandler handler(Mistake mistake) {
        JdbcInbox inbox = JdbcInbox.on(books);
        return switch (mistake) {
            case INBOX_APART -> delivery -> handleApart(inbox, delivery.message());
            case INBOX_SKIPPED -> delivery -> writeApart(delivery.message());
            case EFFECT_APART ->
                inbox.idempotent((message, tx) -> {
                    writeApart(message);
                    LockSupport.parkNanos(HELD_NANOS);
                });
            case ACKNOWLEDGED_FIRST ->
                inbox.idempotent((message, tx) -> {
                    LockSupport.parkNanos(HELD_NANOS);
                    handle(message, tx);
                });
            default -> inbox.idempotent(this::handle);
        };
    }

    private void handle(Message message, Connection tx) throws SQLException {
        switch (message.type()) {
            case Messages.FAILING -> failUnlessMended(message, tx);
            case Messages.HALTING -> halt(message);
            case Messages.ECHOED -> echo(message, tx);
            case Messages.REJECTED -> throw new UnsupportedOperationException(FAILURE);
            default -> {}
        }
        write(message, tx);
    }

    private void write(Message message, Connection tx) throws SQLException {
        try (PreparedStatement insert = tx.prepareStatement(
                "INSERT INTO effect (consumer, message_key, sequence, hash, message_id, instance) VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, consumer);
            insert.setString(2, message.key().orElse(""));
            insert.setLong(3, Messages.sequence(message));
            insert.setString(4, Messages.hash(message.payload()));
            insert.setString(5, message.id());
            insert.setString(6, instance);
            insert.executeUpdate();
        }
    }

    /** Publishes another message in the same transaction. */
    private void echo(Message message, Connection tx) throws SQLException {
        String key = "echo-" + message.key().orElseThrow();
        long sequence = Messages.sequence(message);
        Message echo = Messages.message(key, sequence, Messages.EVENT, new SplittableRandom(sequence));
        Publishing.record(tx, List.of(echo));
        outbox.publish(tx, echo);
    }

    private void failUnlessMended(Message message, Connection tx) throws SQLException {
        while (isHeld(message)) {
            LockSupport.parkNanos(HELD_NANOS);
        }
        note(message);
        try (PreparedStatement query = tx.prepareStatement("SELECT 1 FROM mended");
                ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                throw new IllegalStateException(FAILURE);
            }
        }
    }

    /** Whether a test keeps it from being tried a second time. */
    private boolean isHeld(Message message) throws SQLException {
        try (Connection own = books.getConnection();
                PreparedStatement query = own.prepareStatement(
                        "SELECT 1 FROM held WHERE message_key = ? AND EXISTS (SELECT 1 FROM attempt WHERE message_id = ?)")) {
            query.setString(1, message.key().orElse(""));
            query.setString(2, message.id());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && !Thread.currentThread().isInterrupted();
            }
        }
    }

    private void halt(Message message) throws SQLException {
        note(message);
        Runtime.getRuntime().halt(HALT_CODE);
    }

    /** Counts an attempt, whatever becomes of it. */
    private void note(Message message) throws SQLException {
        try (Connection own = books.getConnection();
                PreparedStatement insert =
                        own.prepareStatement("INSERT INTO attempt (message_id, instance) VALUES (?, ?)")) {
            insert.setString(1, message.id());
            insert.setString(2, instance);
            insert.executeUpdate();
        }
    }

    private void handleApart(JdbcInbox inbox, Message message) throws SQLException {
        try (Connection first = books.getConnection()) {
            first.setAutoCommit(false);
            boolean isNew = inbox.accept(first, consumer, message.id());
            first.commit();
            if (!isNew) {
                return;
            }
        }
        LockSupport.parkNanos(HELD_NANOS);
        writeApart(message);
    }

    private void writeApart(Message message) throws SQLException {
        try (Connection own = books.getConnection()) {
            own.setAutoCommit(false);
            write(message, own);
            own.commit();
        }
    }
}
