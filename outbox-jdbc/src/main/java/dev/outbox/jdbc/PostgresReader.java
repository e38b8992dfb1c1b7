package dev.outbox.jdbc;

import dev.outbox.Payload;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.StoredMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the rows of one reader, as far as their bytes fit. For one thread. */
final class PostgresReader {
    private static final int FIRST = 7;
    private static final int PAYLOAD = 17;
    private static final int CTID = 18;

    private final Reader reader;
    private final FetchBudget budget;
    private final List<Found> rows = new ArrayList<>();
    private int fresh;
    private boolean stopped;
    private boolean besideParked;
    private long windowEnd = Long.MAX_VALUE;

    /** A row; its payload is null while it has not been loaded. */
    private record Found(
            RowRef row,
            MessageRow.Envelope envelope,
            Instant createdAt,
            @Nullable Payload payload,
            boolean blocked,
            boolean scheduled) {
        Fetched.Row with(Payload loaded) {
            MessageRow.Contents contents = envelope.with(loaded);
            return new Fetched.Row(
                    new StoredMessage(row, contents.message(), createdAt, contents.flaw()), blocked, scheduled);
        }
    }

    PostgresReader(Reader reader, FetchBudget budget) {
        this.reader = reader;
        this.budget = budget;
    }

    /** Reads the current row of the result, which is the next of this reader, or says that there is none. */
    void read(ResultSet result) throws SQLException {
        long end = result.getLong(6);
        if (!result.wasNull()) {
            windowEnd = end;
        }
        long position = result.getLong(2);
        if (result.wasNull() || stopped) {
            return;
        }
        byte @Nullable [] payload = result.getBytes(PAYLOAD);
        if (!budget.spend(payload == null ? result.getLong(3) : payload.length, rows.isEmpty())) {
            stopped = true;
            return;
        }
        fresh += position > reader.cursor() ? 1 : 0;
        rows.add(found(result, position, payload));
    }

    private Found found(ResultSet result, long position, byte @Nullable [] payload) throws SQLException {
        boolean blocked = result.getBoolean(4);
        besideParked |= !result.wasNull();
        return new Found(
                new RowRef(reader.slot(), position, result.getString(FIRST), result.getString(CTID)),
                MessageRow.envelope(result, FIRST),
                MessageRow.createdAt(result, FIRST),
                payload == null ? null : Payload.wrap(payload),
                blocked,
                result.getBoolean(5));
    }

    int rows() {
        return rows.size();
    }

    /** Whether something was parked that blocks its key, be it one of these or another. */
    boolean isBesideParked() {
        return besideParked;
    }

    /** The rows whose payloads have to be loaded. */
    List<RowRef> large() {
        return rows.stream()
                .filter(row -> row.payload() == null)
                .map(Found::row)
                .toList();
    }

    /**
     * The result. A row that has gone since it was read may have been parked, so that what follows is blocked by now: it stays unread, and so does all
     * that follows.
     */
    ReaderResult result(Map<RowRef, Payload> loaded) {
        List<Fetched.Row> complete = new ArrayList<>(rows.size());
        for (Found row : rows) {
            @Nullable Payload payload = row.payload() != null ? row.payload() : loaded.get(row.row());
            if (payload == null) {
                return new ReaderResult(complete, complete.isEmpty() ? reader.floor() : last(complete));
            }
            complete.add(row.with(payload));
        }
        return new ReaderResult(complete, scannedThrough(complete));
    }

    private long scannedThrough(List<Fetched.Row> complete) {
        if (stopped || fresh == reader.limit()) {
            return last(complete);
        }
        return windowEnd;
    }

    private static long last(List<Fetched.Row> rows) {
        return rows.get(rows.size() - 1).stored().row().position();
    }
}
