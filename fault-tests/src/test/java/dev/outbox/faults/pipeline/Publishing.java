package dev.outbox.faults.pipeline;

import dev.outbox.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One publisher: in one transaction each, messages and the rows that tell what they are, some of them rolled back. It numbers the messages of each key, and so
 * is the only one of its keys. For one thread.
 */
final class Publishing {
    private static final int ROLLED_BACK_OF_HUNDRED = 5;
    private static final int ECHOED_OF_HUNDRED = 25;
    private static final double REJECTED_SHARE = 0.002;
    private static final long WINDOW_NANOS = Duration.ofMillis(40).toNanos();

    private final Books books;
    private final String keys;
    private final int keyCount;
    private final SplittableRandom random;
    private final Map<String, Long> sequences = new HashMap<>();
    private boolean mixed;
    private boolean forgotten;
    private Mistake mistake = Mistake.NONE;

    Publishing(Books books, String keys, int keyCount, long seed) {
        this.books = books;
        this.keys = keys;
        this.keyCount = keyCount;
        this.random = new SplittableRandom(seed);
    }

    /** Lets some messages be such as make the consumer publish one, some such as it refuses; and makes a mistake. */
    Publishing mixed(Mistake made) {
        mixed = true;
        mistake = made;
        return this;
    }

    /** Asks the books, before it publishes again, which sequence each key has come to. */
    void forget() {
        forgotten = true;
    }

    private void remember() {
        sequences.clear();
        sequences.putAll(books.sequences(keys));
        forgotten = false;
    }

    private String type() {
        if (mixed && random.nextDouble() < REJECTED_SHARE) {
            return Messages.REJECTED;
        }
        return mixed && random.nextInt(100) < ECHOED_OF_HUNDRED ? Messages.ECHOED : Messages.EVENT;
    }

    /** Publishes so many events of random keys in one transaction; returns how many, none if it was rolled back. */
    int publish(int count) {
        if (forgotten) {
            remember();
        }
        List<Message> messages = new ArrayList<>();
        Map<String, Long> next = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String key = keys + random.nextInt(keyCount);
            long sequence = next.merge(key, sequences.getOrDefault(key, 0L) + 1, (before, first) -> before + 1);
            messages.add(Messages.message(key, sequence, type(), random));
        }
        if (!write(messages, random.nextInt(100) >= ROLLED_BACK_OF_HUNDRED)) {
            return 0;
        }
        sequences.putAll(next);
        return count;
    }

    /** Publishes exactly so many events, in transactions of at most {@code most}. */
    void publishAll(int count, int most) {
        for (int left = count; left > 0; ) {
            left -= publish(Math.min(left, most));
        }
    }

    /** Publishes one message of a key and a type, and returns it. */
    Message publishOne(String key, String type) {
        long sequence = sequences.merge(key, 1L, Long::sum);
        Message message = Messages.message(key, sequence, type, random);
        write(List.of(message), true);
        return message;
    }

    private boolean write(List<Message> messages, boolean commits) {
        try {
            return books.outbox().transaction(tx -> {
                if (mistake == Mistake.PUBLISHED_AFTERWARDS) {
                    recordApart(messages);
                } else {
                    record(tx, messages);
                }
                books.outbox().publish(tx, messages);
                if (!commits && mistake == Mistake.ROLLED_BACK_PUBLISHED) {
                    publishApart(messages);
                }
                if (!commits) {
                    throw new RolledBackException();
                }
                return true;
            });
        } catch (RolledBackException onPurpose) {
            return false;
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot publish", failed);
        }
    }

    private void recordApart(List<Message> messages) throws SQLException {
        books.outbox().transaction(other -> {
            record(other, messages);
            return true;
        });
        LockSupport.parkNanos(WINDOW_NANOS);
    }

    private void publishApart(List<Message> messages) {
        books.outbox().transaction(other -> {
            books.outbox().publish(other, messages);
            return true;
        });
    }

    /** Notes that messages are published. */
    static void record(Connection tx, List<Message> messages) throws SQLException {
        try (PreparedStatement insert = tx.prepareStatement(
                "INSERT INTO published (message_key, sequence, hash, message_id, type) VALUES (?, ?, ?, ?, ?)")) {
            for (Message message : messages) {
                insert.setString(1, message.key().orElseThrow());
                insert.setLong(2, Messages.sequence(message));
                insert.setString(3, Messages.hash(message.payload()));
                insert.setString(4, message.id());
                insert.setString(5, message.type());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Rolls a transaction back. */
    private static final class RolledBackException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
