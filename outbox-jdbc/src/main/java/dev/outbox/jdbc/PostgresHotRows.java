package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.RowRef;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** {@code outbox_message} in PostgreSQL. */
final class PostgresHotRows implements HotRows {
    private static final String INSERT_ONE = """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String INSERT_ALL = """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload)
            SELECT slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload
            FROM unnest(
                    ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::timestamptz[], ?::bytea[]) WITH ORDINALITY
                AS m(slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                    not_before, payload, ordinal)
            ORDER BY ordinal
            """;

    /**
     * One round trip, so that the rows are not locked when the client stands still, at a level that passes over rows that have gone. Its commit does not wait for
     * the disk: if the server crashes and forgets it, a confirmed message is sent once more, as after any completion that was lost (G4).
     *
     * <p>Rows are looked up where they were read, which costs half of what the index does: half of all that a drain costs is this statement. A row that is
     * rewritten elsewhere (VACUUM FULL) is not found there, and a row that has taken its place is another one by position or id.
     */
    private static final String DELETE_PLACES = """
            BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_nestloop', 'off', true),
                set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true),
                set_config('synchronous_commit', 'off', true);
            DELETE FROM ${prefix}outbox_message AS m
            USING unnest(?::bigint[], ?::text[]) AS c(position, id)
            WHERE m.ctid = ANY (?::text[]::tid[]) AND m.position = c.position AND m.id = c.id;
            COMMIT
            """;

    /** The same by key. */
    private static final String DELETE = """
            BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true),
                set_config('synchronous_commit', 'off', true);
            DELETE FROM ${prefix}outbox_message AS m
            USING unnest(?::integer[], ?::bigint[], ?::text[]) AS c(slot, position, id)
            WHERE m.slot = ANY (ARRAY[c.slot]) AND m.position = c.position AND m.id = c.id;
            COMMIT
            """;

    /** P before X: a writer with a higher id than X cannot have a position up to P. */
    private static final String CANDIDATE = """
            SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('${prefix}outbox_message', 'position')::regclass), 0),
                txid_current(),
                date_part('epoch', pg_postmaster_start_time()) || '/' || pg_relation_filenode('${prefix}outbox_message')
                || '/' || pg_relation_filenode(pg_get_serial_sequence('${prefix}outbox_message', 'position'))
            """;

    private final Horizon horizon = new Horizon();
    private final String insertOne;
    private final String insertAll;
    private final String deletePlaces;
    private final String delete;
    private final String plain;
    private final String plainBesideParked;
    private final String filtered;
    private final String payloads;
    private final String candidate;
    /** Whether the last fetch saw anything parked; only the choice between two statements that are both exact depends on it. */
    private volatile boolean besideParked;

    PostgresHotRows(Names names) {
        insertOne = names.resolve(INSERT_ONE);
        insertAll = names.resolve(INSERT_ALL);
        deletePlaces = names.resolve(DELETE_PLACES);
        delete = names.resolve(DELETE);
        plain = names.resolve(PostgresFetchSql.PLAIN);
        plainBesideParked = names.resolve(PostgresFetchSql.PLAIN_BESIDE_PARKED);
        filtered = names.resolve(PostgresFetchSql.FILTERED);
        payloads = names.resolve(PostgresFetchSql.PAYLOADS);
        candidate = names.resolve(CANDIDATE);
    }

    @Override
    public void insert(Session session, List<Message> messages) throws SQLException {
        Columns<Message> columns = MessageRow.columns(messages);
        if (messages.size() > 1) {
            session.updateAll(insertAll, columns);
            return;
        }
        try (PreparedStatement statement = session.prepare(insertOne)) {
            for (int column = 0; column < columns.width(); column++) {
                session.bindOne(statement, column + 1, columns.value(column, 0));
            }
            statement.executeUpdate();
        }
    }

    @Override
    public Fetched fetch(Session session, Fetch fetch) throws SQLException {
        Horizon.Known known = horizon.begin();
        PostgresFetch running = new PostgresFetch(session, fetch, payloads);
        PostgresFetch.Observed observed = PostgresFetch.isPlain(fetch)
                ? running.plain(besideParked ? plainBesideParked : plain)
                : running.filtered(filtered);
        if (running.rows() > 0) {
            besideParked = running.isBesideParked();
        }
        long safe = horizon.observe(known, observed.incarnation(), observed.xmin());
        Fetched fetched = new Fetched(running.results(), safe, observed.incarnation());
        if (horizon.wantsCandidate(running.rows(), System.nanoTime())) {
            horizon.propose(session.query(
                            candidate, row -> new Horizon.Candidate(row.getString(3), row.getLong(1), row.getLong(2)))
                    .get(0));
        }
        return fetched;
    }

    @Override
    public int delete(Session session, List<RowRef> rows) throws SQLException {
        Columns<RowRef> places = Columns.of(
                        rows.stream().filter(row -> row.place() != null).toList())
                .longs(RowRef::position)
                .texts(RowRef::id)
                .texts(RowRef::place);
        int found = places.rows() == 0 ? 0 : delete(session, deletePlaces, places);
        return found == rows.size() ? found : found + delete(session, delete, ParkedRows.named(rows));
    }

    private static int delete(Session session, String sql, Columns<RowRef> rows) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql)) {
            PostgresDialect.bindArrays(session, statement, 1, rows);
            try {
                statement.execute();
                return deleted(statement);
            } catch (SQLException failed) {
                endFailed(session, failed);
                throw failed;
            }
        }
    }

    /** The count of the third statement: the first has one of zero, the second has a result. */
    private static int deleted(PreparedStatement statement) throws SQLException {
        statement.getMoreResults();
        statement.getMoreResults();
        return statement.getUpdateCount();
    }

    private static void endFailed(Session session, SQLException because) {
        try {
            session.update("ROLLBACK");
        } catch (SQLException alsoFailed) {
            because.addSuppressed(alsoFailed);
        }
    }
}
