package dev.outbox.jdbc;

import dev.outbox.Payload;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One fetch from PostgreSQL. For one thread, once. */
final class PostgresFetch {
    private final Session session;
    private final Fetch fetch;
    private final String payloads;
    private final List<PostgresReader> readers = new ArrayList<>();

    /** What the first of the two statements saw. */
    record Observed(long xmin, String incarnation) {}

    PostgresFetch(Session session, Fetch fetch, String payloads) {
        this.session = session;
        this.fetch = fetch;
        this.payloads = payloads;
        FetchBudget budget = new FetchBudget(fetch);
        fetch.readers().forEach(reader -> readers.add(new PostgresReader(reader, budget)));
    }

    /** Whether no filter applies, so that the cheaper statement does. */
    static boolean isPlain(Fetch fetch) {
        return fetch.excludedDestinations().isEmpty()
                && fetch.excludedKeys().isEmpty()
                && fetch.readers().stream().allMatch(reader -> reader.destination() == null);
    }

    Observed plain(String sql) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql)) {
            session.bind(statement, 1, held(), largestIncluded(), largestIncluded());
            PostgresDialect.bindArrays(session, statement, 4, readerColumns());
            return run(statement);
        }
    }

    Observed filtered(String sql) throws SQLException {
        List<KeyRef> excluded = List.copyOf(fetch.excludedKeys());
        Map<Integer, KeyRef> ofSlots = new HashMap<>();
        excluded.forEach(key -> ofSlots.put(Slot.of(key.key()), key));
        try (PreparedStatement statement = session.prepare(sql)) {
            session.bind(
                    statement,
                    1,
                    held(),
                    fetch.excludedDestinations().toArray(new String[0]),
                    excluded.stream().map(KeyRef::destination).toArray(String[]::new),
                    excluded.stream().map(KeyRef::key).toArray(String[]::new));
            PostgresDialect.bindArrays(
                    session,
                    statement,
                    5,
                    readerColumns()
                            .texts(Reader::destination)
                            .texts(Reader::key)
                            .texts(reader -> destination(ofSlots.get(reader.slot())))
                            .texts(reader -> key(ofSlots.get(reader.slot()))));
            session.bind(statement, 13, largestIncluded(), largestIncluded());
            return run(statement);
        }
    }

    private static @Nullable String destination(@Nullable KeyRef key) {
        return key == null ? null : key.destination();
    }

    private static @Nullable String key(@Nullable KeyRef key) {
        return key == null ? null : key.key();
    }

    private Columns<Reader> readerColumns() {
        return Columns.of(fetch.readers())
                .integers(Reader::slot)
                .longs(Reader::floor)
                .longs(Reader::cursor)
                .integers(Reader::limit);
    }

    private Long[] held() {
        return fetch.held().toArray(new Long[0]);
    }

    /** Payloads up to this size may all be included without exceeding the bytes of the fetch, but for rows that appeared late. */
    private long largestIncluded() {
        long rows = 0;
        for (Reader reader : fetch.readers()) {
            rows += reader.limit();
        }
        return fetch.maxBytes() / Math.max(1, rows);
    }

    private Observed run(PreparedStatement statement) throws SQLException {
        statement.execute();
        Observed observed = observed(statement);
        statement.getMoreResults();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                readers.get(rows.getInt(1) - 1).read(rows);
            }
        }
        return observed;
    }

    private static Observed observed(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.getResultSet()) {
            row.next();
            if (row.getBoolean(7)) {
                throw new StoreException(
                        "the database is a replica (pg_is_in_recovery): what it shows is late, and nothing can be"
                                + " completed there. Give the relay a data source that leads to the primary server");
            }
            return new Observed(row.getLong(6), row.getString(8));
        }
    }

    int rows() {
        return readers.stream().mapToInt(PostgresReader::rows).sum();
    }

    /** Whether something was parked that blocks its key, as far as rows with a key were read. */
    boolean isBesideParked() {
        return readers.stream().anyMatch(PostgresReader::isBesideParked);
    }

    /** The results, once the payloads that were too large to be included have been loaded. */
    List<ReaderResult> results() throws SQLException {
        List<RowRef> large = new ArrayList<>();
        readers.forEach(reader -> large.addAll(reader.large()));
        Map<RowRef, Payload> loaded = new HashMap<>();
        for (Loaded row : session.queryAll(payloads, ParkedRows.named(large), Loaded::read)) {
            loaded.put(row.row(), row.payload());
        }
        return readers.stream().map(reader -> reader.result(loaded)).toList();
    }

    private record Loaded(RowRef row, Payload payload) {
        static Loaded read(ResultSet row) throws SQLException {
            return new Loaded(
                    new RowRef(row.getInt(1), row.getLong(2), row.getString(3)), Payload.wrap(row.getBytes(4)));
        }
    }
}
