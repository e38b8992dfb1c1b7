package dev.outbox.faults.pipeline;

import dev.outbox.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One publisher: in one transaction each, messages and the rows that tell what they are, some of them rolled back. It numbers the messages of each key, and so
 * is the only one of its keys. For one thread.
 */
final class Publishing {
    private static final int ROLLED_BACK_OF_HUNDRED = 5;

    private final Books books;
    private final String keys;
    private final int keyCount;
    private final SplittableRandom random;
    private final Map<String, Long> sequences = new HashMap<>();

    Publishing(Books books, String keys, int keyCount, long seed) {
        this.books = books;
        this.keys = keys;
        this.keyCount = keyCount;
        this.random = new SplittableRandom(seed);
    }

    /** Publishes so many events of random keys in one transaction; returns how many, none if it was rolled back. */
    int publish(int count) {
        List<Message> messages = new ArrayList<>();
        Map<String, Long> next = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String key = keys + random.nextInt(keyCount);
            long sequence = next.merge(key, sequences.getOrDefault(key, 0L) + 1, (before, first) -> before + 1);
            messages.add(Messages.message(key, sequence, Messages.EVENT, random));
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
                record(tx, messages);
                books.outbox().publish(tx, messages);
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

    private static void record(Connection tx, List<Message> messages) throws SQLException {
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
