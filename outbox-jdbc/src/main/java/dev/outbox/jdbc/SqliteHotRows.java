package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.RowRef;
import java.sql.SQLException;
import java.util.List;

/**
 * {@code outbox_message} in SQLite.
 *
 * <p>Positions are given out by a transaction that has the only lock for writing until it ends, so they become visible in their order: in a snapshot, the
 * last one that was given out, which SQLite keeps in {@code sqlite_sequence} for a column with AUTOINCREMENT, is the horizon. A transaction that comes
 * later has higher ones; one that was rolled back was never seen. See ADR 13.
 */
final class SqliteHotRows implements HotRows {
    private static final String INSERT = """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String DELETE = """
            DELETE FROM ${prefix}outbox_message WHERE slot = ? AND position = ? AND id = ?
            """;

    private static final String SEEN_BEFORE = """
            SELECT position, destination, message_key, LENGTH(payload)
            FROM ${prefix}outbox_message INDEXED BY ${prefix}outbox_message_slot
            WHERE slot = ? AND position > ? AND position <= ?
            ORDER BY position
            """;

    private static final String FRESH = """
            SELECT position, destination, message_key, LENGTH(payload)
            FROM ${prefix}outbox_message INDEXED BY ${prefix}outbox_message_slot
            WHERE slot = ? AND position > ?
            ORDER BY position
            LIMIT ?
            """;

    private static final String LOAD = """
            SELECT slot, position,
                message_key IS NOT NULL AND EXISTS (
                    SELECT 1 FROM ${prefix}outbox_parked p
                    WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking = 1),
                COALESCE(not_before > ${now}, FALSE),
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload
            FROM ${prefix}outbox_message AS m INDEXED BY ${prefix}outbox_message_slot
            WHERE slot = ? AND position BETWEEN ? AND ?
            ORDER BY position
            """;

    private static final String SERVER = """
            SELECT incarnation,
                COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '${prefix}outbox_message'), 0)
            FROM ${prefix}outbox_schema
            WHERE version = 1
            """;

    private final String insert;
    private final String delete;
    private final String server;
    private final SnapshotFetch snapshot;

    SqliteHotRows(Names names) {
        insert = names.resolve(INSERT);
        delete = names.resolve(DELETE);
        server = names.resolve(SERVER);
        snapshot = new SnapshotFetch(
                names.resolve(SEEN_BEFORE), names.resolve(FRESH), names.resolve(SqliteTime.fill(LOAD)));
    }

    @Override
    public void insert(Session session, List<Message> messages) throws SQLException {
        session.updateAll(insert, MessageRow.columns(messages));
    }

    @Override
    public int delete(Session session, List<RowRef> rows) throws SQLException {
        return OwnTransaction.run(session, () -> session.updateAll(delete, ParkedRows.named(rows)));
    }

    private record Server(String incarnation, long lastPosition) {}

    @Override
    public Fetched fetch(Session session, Fetch fetch) throws SQLException {
        return OwnTransaction.read(session, () -> {
            Server asked = session.query(server, row -> new Server(row.getString(1), row.getLong(2)))
                    .get(0);
            return new Fetched(snapshot.read(session, fetch), asked.lastPosition(), asked.incarnation());
        });
    }
}
