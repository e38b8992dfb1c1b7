package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.RowRef;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * {@code outbox_message} in H2.
 *
 * <p>H2 has no LATERAL, so a fetch is a query for each reader; all of them run in one transaction at isolation level SNAPSHOT, which gives them one picture of
 * both tables. H2 removes deleted rows by itself, so floors stay at zero (the horizon is 0) and nothing dead is walked.
 */
final class H2HotRows implements HotRows {
    /** H2's isolation level SNAPSHOT, for which JDBC has no name. */
    private static final int SNAPSHOT = 6;

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
            SELECT position, destination, message_key, OCTET_LENGTH(payload)
            FROM ${prefix}outbox_message
            WHERE slot = ? AND position > ? AND position <= ?
            ORDER BY position
            """;

    private static final String FRESH = """
            SELECT position, destination, message_key, OCTET_LENGTH(payload)
            FROM ${prefix}outbox_message
            WHERE slot = ? AND position > ?
            ORDER BY position
            FETCH FIRST ? ROWS ONLY
            """;

    private static final String LOAD = """
            SELECT slot, position,
                message_key IS NOT NULL AND EXISTS (
                    SELECT 1 FROM ${prefix}outbox_parked p
                    WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking),
                COALESCE(not_before > CURRENT_TIMESTAMP(6), FALSE),
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', not_before),
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', created_at),
                payload
            FROM ${prefix}outbox_message m
            WHERE slot = ? AND position BETWEEN ? AND ?
            ORDER BY position
            """;

    private static final String INCARNATION = """
            SELECT CAST(incarnation AS VARCHAR) FROM ${prefix}outbox_schema WHERE version = 1
            """;

    private final String insert;
    private final String delete;
    private final SnapshotFetch snapshot;
    private final String incarnation;

    H2HotRows(Names names) {
        insert = names.resolve(INSERT);
        delete = names.resolve(DELETE);
        snapshot = new SnapshotFetch(names.resolve(SEEN_BEFORE), names.resolve(FRESH), names.resolve(LOAD));
        incarnation = names.resolve(INCARNATION);
    }

    @Override
    public void insert(Session session, List<Message> messages) throws SQLException {
        session.updateAll(insert, MessageRow.columns(messages));
    }

    @Override
    public int delete(Session session, List<RowRef> rows) throws SQLException {
        return OwnTransaction.run(session, () -> session.updateAll(delete, ParkedRows.named(rows)));
    }

    @Override
    public Fetched fetch(Session session, Fetch fetch) throws SQLException {
        Connection connection = session.connection();
        int isolation = connection.getTransactionIsolation();
        connection.setTransactionIsolation(SNAPSHOT);
        connection.setAutoCommit(false);
        try {
            Fetched fetched = inOneSnapshot(session, fetch);
            connection.commit();
            return fetched;
        } finally {
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(isolation);
        }
    }

    private Fetched inOneSnapshot(Session session, Fetch fetch) throws SQLException {
        String name = session.query(incarnation, row -> row.getString(1)).get(0);
        return new Fetched(snapshot.read(session, fetch), 0, name);
    }
}
