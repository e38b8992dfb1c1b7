package dev.outbox.jdbc;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.Reader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fetch from a database in this process, where a statement costs a method call: queries for each reader, and one for each run of rows that are loaded. The
 * caller has begun a transaction that gives all of them one picture of both tables, so a run has no other rows when it is loaded than when it was looked at. Thread-safe.
 */
final class SnapshotFetch {
    private final String seenBefore;
    private final String fresh;
    private final String load;

    /**
     * The statements.
     *
     * @param seenBefore (slot, floor, cursor): position, destination, key, bytes; by position
     * @param fresh (slot, cursor, limit): the same
     * @param load (slot, first, last): slot, position, whether blocked, whether scheduled; then the message; by position
     */
    SnapshotFetch(String seenBefore, String fresh, String load) {
        this.seenBefore = seenBefore;
        this.fresh = fresh;
        this.load = load;
    }

    /** What each reader of {@code fetch} finds. */
    List<ReaderResult> read(Session session, Fetch fetch) throws SQLException {
        try (PreparedStatement before = session.prepare(seenBefore);
                PreparedStatement after = session.prepare(fresh);
                PreparedStatement loading = session.prepare(load)) {
            FetchBudget budget = new FetchBudget(fetch);
            List<ReaderResult> results = new ArrayList<>(fetch.readers().size());
            for (Reader reader : fetch.readers()) {
                ReaderScan scan = new ReaderScan(reader, budget);
                session.bind(before, 1, reader.slot(), reader.floor(), reader.cursor());
                if (reader.cursor() == reader.floor() || walk(before, scan)) {
                    session.bind(after, 1, reader.slot(), reader.cursor(), scan.mostRows() + 1);
                    walk(after, scan);
                }
                results.add(new ReaderResult(rows(loading, session, scan), scan.scannedThrough()));
            }
            return results;
        }
    }

    /** Whether all rows were looked at. */
    private static boolean walk(PreparedStatement statement, ReaderScan scan) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                @Nullable String key = row.getString(3);
                if (!scan.lookAt(row.getLong(1), row.getString(2), key, row.getLong(4))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static List<Fetched.Row> rows(PreparedStatement loading, Session session, ReaderScan scan)
            throws SQLException {
        List<Fetched.Row> rows = new ArrayList<>(scan.chosen().size());
        for (ReaderScan.Run run : scan.runs()) {
            session.bind(loading, 1, scan.slot(), run.first(), run.last());
            session.readInto(
                    rows,
                    loading,
                    row -> new Fetched.Row(
                            MessageRow.stored(row, row.getInt(1), row.getLong(2), 5),
                            row.getBoolean(3),
                            row.getBoolean(4)));
        }
        return rows;
    }
}
