package dev.outbox.jdbc;

import dev.outbox.jdbc.MysqlFetchSql.Branch;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.Reader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One fetch from MySQL or MariaDB: a statement that looks at the rows of all readers without their payloads, and later ones that load those that were chosen. For one
 * thread, once.
 *
 * <p>Each statement has a picture of its own, and the order of a key holds all the same (G3). One statement decides which rows are chosen. When a chosen row is loaded, every
 * earlier row of its key was seen by that statement too, because it was committed before the later one was inserted: it is held, or chosen and loaded by the same statement or one before, because rows
 * are loaded in the order of their positions. If the earlier row is not there any more, another relay has parked it, so that the statement that loads the later row, not an earlier one, sees it parked
 * and the later row blocked; or has completed it, and there is nothing to wait for.
 */
final class MysqlFetch {
    private static final int MOST_RANGES = 200;

    /** The most rows of one reader that appeared late and are looked at: whoever commits a million at once does not fill the heap. */
    private static final int MOST_LATE = 500;

    /** How many times its share of the rows that are held is expected to stand in a slot. */
    private static final int UNEVENNESS = 4;

    private final Session session;
    private final Fetch fetch;
    private final MysqlFetchSql sql;
    private final FetchBudget budget;
    private final List<ReaderScan> scans;
    private final List<List<Seen>> seen = new ArrayList<>();
    private final int[] mostSeenBefore;
    private final Map<Long, Fetched.Row> loaded = new HashMap<>();
    private String incarnation = "";
    private String isolation = "";

    /** A row without its payload. */
    private record Seen(
            long position, String destination, @Nullable String key, long bytes) {}

    /** Rows that follow each other in a slot and are all chosen. */
    private record Range(int slot, long first, long last) {}

    MysqlFetch(Session session, Fetch fetch, MysqlFetchSql sql) {
        this.session = session;
        this.fetch = fetch;
        this.sql = sql;
        this.budget = new FetchBudget(fetch);
        this.scans = fetch.readers().stream()
                .map(reader -> new ReaderScan(reader, budget))
                .toList();
        scans.forEach(unused -> seen.add(new ArrayList<>()));
        int held = budget.heldRows();
        this.mostSeenBefore = new int[scans.size()];
        Arrays.fill(mostSeenBefore, MOST_LATE + Math.min(held, UNEVENNESS * held / Math.max(1, scans.size())));
    }

    Fetched read() throws SQLException {
        look();
        if (allowMoreToThoseThatSeeOnlyWhatIsHeld()) {
            seen.forEach(List::clear);
            look();
        }
        List<Range> ranges = new ArrayList<>();
        for (int number = 0; number < scans.size(); number++) {
            choose(number, ranges);
        }
        for (int start = 0; start < ranges.size(); start += MOST_RANGES) {
            load(ranges.subList(start, Math.min(ranges.size(), start + MOST_RANGES)));
        }
        return new Fetched(scans.stream().map(this::result).toList(), 0, incarnation);
    }

    /** Whether, outside of a transaction of ours, what was read may never be committed. */
    boolean hasReadUncommitted() {
        return isolation.equals("READ-UNCOMMITTED");
    }

    /** Looks at the rows of all readers in one picture: those seen before and not passed over, as far as the limits allow, and the fresh ones. */
    private void look() throws SQLException {
        List<Branch> branches = new ArrayList<>();
        for (int number = 0; number < scans.size(); number++) {
            Reader reader = fetch.readers().get(number);
            if (reader.cursor() > reader.floor()) {
                branches.add(sql.seenBefore(fetch, number, mostSeenBefore[number]));
            }
            branches.add(sql.fresh(fetch, number, scans.get(number).mostRows() + 1));
        }
        try (PreparedStatement statement = session.prepare(sql.scan(branches))) {
            int index = 1;
            for (Branch branch : branches) {
                for (Object parameter : branch.parameters()) {
                    session.bindOne(statement, index++, parameter);
                }
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    see(row, seen);
                }
            }
        }
        seen.forEach(rows -> rows.sort(Comparator.comparingLong(Seen::position)));
    }

    private void see(ResultSet row, List<List<Seen>> seen) throws SQLException {
        int reader = row.getInt(1);
        if (reader == MysqlFetchSql.ABOUT_THE_SERVER) {
            incarnation = row.getString(3);
            isolation = row.getString(4);
        } else {
            seen.get(reader).add(new Seen(row.getLong(2), row.getString(3), row.getString(4), row.getLong(5)));
        }
    }

    /** A reader that is cut, and whose rows seen before are all held, would see the same the next time. Whether there is one. */
    private boolean allowMoreToThoseThatSeeOnlyWhatIsHeld() {
        boolean any = false;
        for (int number = 0; number < scans.size(); number++) {
            long cursor = fetch.readers().get(number).cursor();
            boolean bringsNothing =
                    seen.get(number).stream().allMatch(row -> row.position() > cursor || budget.isHeld(row.position()));
            if (isCut(number) && bringsNothing) {
                mostSeenBefore[number] = budget.heldRows() + MOST_LATE;
                any = true;
            }
        }
        return any;
    }

    /** Whether rows that were seen before may have been left out, because there were as many as the limit. */
    private boolean isCut(int number) {
        long cursor = fetch.readers().get(number).cursor();
        return seen.get(number).stream().filter(row -> row.position() <= cursor).count() >= mostSeenBefore[number];
    }

    /** Rows among those seen before are loaded one by one: between them stand such as were passed over, a whole backlog maybe. */
    private void choose(int number, List<Range> ranges) {
        boolean cut = isCut(number);
        ReaderScan scan = scans.get(number);
        long cursor = fetch.readers().get(number).cursor();
        long first = -1;
        long last = -1;
        for (Seen row : seen.get(number)) {
            boolean fresh = row.position() > cursor;
            if (fresh && cut) {
                break;
            }
            int chosen = scan.chosen().size();
            boolean goesOn = scan.lookAt(row.position(), row.destination(), row.key(), row.bytes());
            if (scan.chosen().size() > chosen) {
                first = first < 0 ? row.position() : first;
                last = row.position();
            }
            if (first >= 0 && (scan.chosen().size() == chosen || !fresh)) {
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
        if (cut) {
            scan.leaveRest();
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
