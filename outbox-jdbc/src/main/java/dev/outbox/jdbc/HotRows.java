package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.RowRef;
import java.sql.SQLException;
import java.util.List;

/** {@code outbox_message}: what every message passes through, so each database does it in its own best way. Thread-safe. */
interface HotRows {
    /** Inserts messages in their order, in one round trip, on the caller's connection. */
    void insert(Session session, List<Message> messages) throws SQLException;

    /** Reads exactly, as {@link dev.outbox.spi.OutboxStore#fetch} says; called in auto-commit mode. */
    Fetched fetch(Session session, Fetch fetch) throws SQLException;

    /**
     * Deletes rows by slot, position and id; called in auto-commit mode.
     *
     * @return how many were there
     */
    int delete(Session session, List<RowRef> rows) throws SQLException;
}
