package dev.outbox.jdbc;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.Reader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One fetch from MySQL or MariaDB: a statement that looks at the rows of all readers without their payloads, and a later one that loads those that were chosen. For one
 * thread, once.
 *
 * <p>Each statement has a picture of its own, and the order of a key holds all the same (G3). When a chosen row is loaded, every earlier row of its key was seen by the
 * first statement too, because it was committed before the later one was inserted: it is held, or chosen and loaded in the same picture. If another relay has parked it
 * in between, the second statement sees it parked, and the later row is blocked; if it has completed it, there is nothing to wait for.
 */
final class MysqlFetch {
    private static final int MOST_RANGES = 200;

    private final Session session;
    private final Fetch fetch;
    private final MysqlFetchSql sql;
    private final Map<Long, Fetched.Row> loaded = new HashMap<>();

    /** A row without its payload. */
    private record Seen(
            long position, String destination, @Nullable String key, long bytes) {}

    /** Rows that follow each other in a slot and are all chosen. */
    private record Range(int slot, long first, long last) {}

    MysqlFetch(Session session, Fetch fetch, MysqlFetchSql sql) {
        this.session = session;
        this.fetch = fetch;
        this.sql = sql;
    }

    List<ReaderResult> read() throws SQLException {
        FetchBudget budget = new FetchBudget(fetch);
        List<ReaderScan> scans = fetch.readers().stream()
                .map(reader -> new ReaderScan(reader, budget))
                .toList();
        List<List<Seen>> seen = scan(scans);
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < scans.size(); i++) {
            choose(scans.get(i), seen.get(i), ranges);
        }
        for (int start = 0; start < ranges.size(); start += MOST_RANGES) {
            load(ranges.subList(start, Math.min(ranges.size(), start + MOST_RANGES)));
        }
        return scans.stream().map(this::result).toList();
    }

    private List<List<Seen>> scan(List<ReaderScan> scans) throws SQLException {
        List<List<Seen>> seen = new ArrayList<>(scans.size());
        scans.forEach(unused -> seen.add(new ArrayList<>()));
        List<Reader> readers = fetch.readers();
        int behind = (int) readers.stream().filter(MysqlFetch::hasSeenBefore).count();
        try (PreparedStatement statement = session.prepare(sql.scan(behind, readers.size()))) {
            int index = 1;
            for (int i = 0; i < readers.size(); i++) {
                Reader reader = readers.get(i);
                if (hasSeenBefore(reader)) {
                    session.bind(statement, index, i, reader.slot(), reader.floor(), reader.cursor());
                    index += 4;
                }
            }
            for (int i = 0; i < readers.size(); i++) {
                Reader reader = readers.get(i);
                int most = scans.get(i).mostRows() + 1;
                session.bind(statement, index, i, reader.slot(), reader.cursor(), most);
                index += 4;
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    seen.get(row.getInt(1))
                            .add(new Seen(row.getLong(2), row.getString(3), row.getString(4), row.getLong(5)));
                }
            }
        }
        seen.forEach(rows -> rows.sort(Comparator.comparingLong(Seen::position)));
        return seen;
    }

    private static boolean hasSeenBefore(Reader reader) {
        return reader.cursor() > reader.floor();
    }

    private static void choose(ReaderScan scan, List<Seen> rows, List<Range> ranges) {
        long first = -1;
        long last = -1;
        for (Seen row : rows) {
            int chosen = scan.chosen().size();
            boolean goesOn = scan.lookAt(row.position(), row.destination(), row.key(), row.bytes());
            if (scan.chosen().size() > chosen) {
                first = first < 0 ? row.position() : first;
                last = row.position();
            } else if (first >= 0) {
                ranges.add(new Range(scan.slot(), first, last));
                first = -1;
            }
            if (!goesOn) {
                break;
            }
        }
        if (first >= 0) {
            ranges.add(new Range(scan.slot(), first, last));
        }
    }

    private void load(List<Range> ranges) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql.load(ranges.size()))) {
            int index = 1;
            for (Range range : ranges) {
                session.bind(statement, index, range.slot(), range.first(), range.last());
                index += 3;
            }
            List<Fetched.Row> rows = new ArrayList<>();
            session.readInto(
                    rows,
                    statement,
                    row -> new Fetched.Row(
                            MessageRow.stored(row, row.getInt(1), row.getLong(2), 5),
                            row.getBoolean(3),
                            row.getBoolean(4)));
            rows.forEach(row -> loaded.put(row.stored().row().position(), row));
        }
    }

    /** Rows that were not chosen, because they appeared in between, are left to the next fetch; rows that have gone in between are gone. */
    private ReaderResult result(ReaderScan scan) {
        List<Fetched.Row> rows = scan.chosen().stream()
                .map(loaded::get)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        return new ReaderResult(rows, scan.scannedThrough());
    }
}
