package dev.outbox.jdbc;

import dev.outbox.Message;
import java.time.Instant;

/** What no column of any of the databases takes. */
final class StoredLimits {
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private StoredLimits() {}

    static void check(Message message, Dialect dialect) {
        int size = message.payload().size();
        if (size > dialect.maxPayloadBytes()) {
            throw new IllegalArgumentException("payload of message " + message.id() + " has " + size
                    + " bytes; a column of " + dialect.name() + " takes " + dialect.maxPayloadBytes());
        }
        message.notBefore().ifPresent(time -> {
            if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
                throw new IllegalArgumentException("notBefore " + time + " of message " + message.id()
                        + " must be between " + EARLIEST + " and " + LATEST);
            }
        });
    }
}
