package dev.outbox.faults.load;

import dev.outbox.spi.Slot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many messages, written by one statement: a million of them in seconds. The keys take turns, and the number at the end of a message's id grows within its key.
 *
 * @param destination of all
 * @param keys of all, in turn
 * @param messages how many
 * @param payloadBytes of each
 */
record Backlog(String destination, List<String> keys, int messages, int payloadBytes) {
    private static final String FILL = """
            INSERT INTO outbox_message (slot, id, destination, message_key, type, content_type, payload)
            SELECT k.slot, k.message_key || '#' || i, ?, k.message_key, 'Loaded', 'text/plain', convert_to(repeat('x', ?), 'UTF8')
            FROM generate_series(1, ?) AS i
            JOIN unnest(?::integer[], ?::text[]) WITH ORDINALITY AS k(slot, message_key, ordinal)
              ON k.ordinal = 1 + i % ?
            ORDER BY i
            """;

    static List<String> keys(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    }

    void fill(LoadDatabase database) {
        Integer[] slots = keys.stream().map(Slot::of).toArray(Integer[]::new);
        try (Connection connection = database.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(FILL)) {
            statement.setString(1, destination);
            statement.setInt(2, payloadBytes);
            statement.setInt(3, messages);
            statement.setArray(4, connection.createArrayOf("int4", slots));
            statement.setArray(5, connection.createArrayOf("text", keys.toArray()));
            statement.setInt(6, keys.size());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot fill the outbox", e);
        }
    }
}
