package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoredMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /**
     * What a row says, whatever stands in it.
     *
     * @param message the message; what can be read of it, if there is a flaw
     * @param flaw why the row is no message
     */
    record Contents(Message message, Optional<String> flaw) {}

    /**
     * All but the payload.
     *
     * @param builder what was read
     * @param contentType the payload's media type
     * @param flaw why the row is no message
     */
    record Envelope(Message.Builder builder, String contentType, Optional<String> flaw) {
        Contents with(@Nullable Payload payload) {
            if (payload == null) {
                return new Contents(builder.payload(contentType, Payload.empty()), Optional.of("it has no payload"));
            }
            return new Contents(builder.payload(contentType, payload), flaw);
        }
    }

    static StoredMessage stored(ResultSet row, int slot, long position, int first) throws SQLException {
        Contents contents = contents(row, first);
        RowRef place = new RowRef(slot, position, row.getString(first));
        return new StoredMessage(place, contents.message(), createdAt(row, first), contents.flaw());
    }

    static Message message(ResultSet row, int first) throws SQLException {
        return contents(row, first).message();
    }

    static Contents contents(ResultSet row, int first) throws SQLException {
        byte @Nullable [] payload = row.getBytes(first + 10);
        return envelope(row, first).with(payload == null ? null : Payload.wrap(payload));
    }

    /** Never fails because of what stands in the row: else one row would keep all others from being read. */
    static Envelope envelope(ResultSet row, int first) throws SQLException {
        String contentType = row.getString(first + 4);
        try {
            Message.Builder builder = builder(row, first);
            MendedRow.requireName(contentType);
            return new Envelope(builder, contentType, Optional.empty());
        } catch (RuntimeException flaw) {
            return new Envelope(
                    MendedRow.builder(row, first),
                    MendedRow.name(contentType),
                    Optional.of(FailureText.clean(String.valueOf(flaw.getMessage()))));
        }
    }

    private static Message.Builder builder(ResultSet row, int first) throws SQLException {
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
