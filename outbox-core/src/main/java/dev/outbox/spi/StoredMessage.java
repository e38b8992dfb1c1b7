package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A message as it stands in {@code outbox_message} or {@code outbox_parked}.
 *
 * @param row where it stands
 * @param message what it is; what can be read of it, if there is a flaw
 * @param createdAt when it was published, by the database's clock
 * @param flaw why the row is no message, because something else than the outbox wrote or changed it: it is never sent, and becomes a dead letter. A store MUST return
 *     such a row all the same, as one row that cannot be read must not keep the others from being read (G10)
 */
public record StoredMessage(RowRef row, Message message, Instant createdAt, Optional<String> flaw) {
    /** Nothing may be null. */
    public StoredMessage {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(flaw, "flaw");
    }

    /** A message that can be read. */
    public StoredMessage(RowRef row, Message message, Instant createdAt) {
        this(row, message, createdAt, Optional.empty());
    }
}
