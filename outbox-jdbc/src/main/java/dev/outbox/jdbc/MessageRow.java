package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoredMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message as columns, always in this order: id, destination, message_key, type, content_type, headers, correlation_id, causation_id, not_before,
 * created_at, payload; the times as microseconds since 1970. Read from {@code first} on.
 */
final class MessageRow {
    private static final long MICROS = 1_000_000;

    private MessageRow() {}

    /** Columns to insert: slot and all of a message's but created_at, which is the database's matter. */
    static Columns<Message> columns(List<Message> messages) {
        return Columns.of(messages)
                .integers(Slot::of)
                .texts(Message::id)
                .texts(Message::destination)
                .texts(MessageRow::key)
                .texts(Message::type)
                .texts(Message::contentType)
                .texts(message -> HeaderText.of(message.headers()))
                .texts(message -> message.correlationId().orElse(null))
                .texts(message -> message.causationId().orElse(null))
                .times(message -> message.notBefore().orElse(null))
                .bytes(message -> message.payload().sharedBytes());
    }

    static @Nullable String key(Message message) {
        return message.key().orElse(null);
    }

    static StoredMessage stored(ResultSet row, int slot, long position, int first) throws SQLException {
        Message message = message(row, first);
        return new StoredMessage(new RowRef(slot, position, message.id()), message, createdAt(row, first));
    }

    static Message message(ResultSet row, int first) throws SQLException {
        return envelope(row, first).payload(contentType(row, first), Payload.wrap(row.getBytes(first + 10)));
    }

    static String contentType(ResultSet row, int first) throws SQLException {
        return row.getString(first + 4);
    }

    /** All but the content type and the payload. */
    static Message.Builder envelope(ResultSet row, int first) throws SQLException {
        Message.Builder builder = Message.to(row.getString(first + 1))
                .id(row.getString(first))
                .key(row.getString(first + 2))
                .type(row.getString(first + 3))
                .headers(HeaderText.parse(row.getString(first + 5)));
        String correlationId = row.getString(first + 6);
        if (correlationId != null) {
            builder.correlationId(correlationId);
        }
        String causationId = row.getString(first + 7);
        if (causationId != null) {
            builder.causationId(causationId);
        }
        long notBefore = row.getLong(first + 8);
        if (!row.wasNull()) {
            builder.notBefore(instant(notBefore));
        }
        return builder;
    }

    static Instant createdAt(ResultSet row, int first) throws SQLException {
        return instant(row.getLong(first + 9));
    }

    /** A number that may be null; not every driver knows {@code getObject(column, Long.class)}. */
    static @Nullable Long longOrNull(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS), TimeUnit.MICROSECONDS.toNanos(Math.floorMod(micros, MICROS)));
    }
}
