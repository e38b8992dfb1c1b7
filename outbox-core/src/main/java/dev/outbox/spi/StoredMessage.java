package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Instant;

/**
 * A message as it stands in {@code outbox_message} or {@code outbox_parked}.
 *
 * @param row where it stands
 * @param message what it is
 * @param createdAt when it was published, by the database's clock
 */
public record StoredMessage(RowRef row, Message message, Instant createdAt) {}
