package dev.outbox.testkit;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** One fetch: walks the rows of each reader and spends the bytes that all of them may load together. */
final class PendingScan {
    private static final long LOOKED_AT_PER_CHOSEN = 10;

    private final PendingTable table;
    private final Fetch fetch;
    private final Predicate<KeyRef> blocked;
    private final long nowNanos;
    private long bytes;

    PendingScan(PendingTable table, Fetch fetch, Predicate<KeyRef> blocked, long nowNanos) {
        this.table = table;
        this.fetch = fetch;
        this.blocked = blocked;
        this.nowNanos = nowNanos;
    }

    Fetched.ReaderResult read(Reader reader) {
        List<Fetched.Row> chosen = new ArrayList<>();
        long scannedThrough = reader.floor();
        long fresh = 0;
        long looked = 0;
        for (PendingRow row : table.above(reader.slot(), reader.floor())) {
            boolean isFresh = row.position() > reader.cursor();
            if (isFresh && (fresh == reader.limit() || looked == LOOKED_AT_PER_CHOSEN * reader.limit())) {
                return new Fetched.ReaderResult(chosen, scannedThrough);
            }
            looked += isFresh ? 1 : 0;
            if (isChosen(row, reader)) {
                if (!chosen.isEmpty() && bytes + size(row) > fetch.maxBytes()) {
                    return new Fetched.ReaderResult(chosen, scannedThrough);
                }
                chosen.add(load(row));
                fresh += isFresh ? 1 : 0;
            }
            scannedThrough = row.position();
        }
        return new Fetched.ReaderResult(chosen, Long.MAX_VALUE);
    }

    private Fetched.Row load(PendingRow row) {
        bytes += size(row);
        boolean isBlocked = row.key() != null && blocked.test(row.key());
        return new Fetched.Row(row.stored(), isBlocked, row.isScheduled(nowNanos));
    }

    private boolean isChosen(PendingRow row, Reader reader) {
        return passesFilter(row, reader) && Collections.binarySearch(fetch.held(), row.position()) < 0;
    }

    private boolean passesFilter(PendingRow row, Reader reader) {
        String destination = row.stored().message().destination();
        if (reader.destination() == null) {
            return !fetch.excludedDestinations().contains(destination) && !isExcludedKey(row);
        }
        if (!destination.equals(reader.destination())) {
            return false;
        }
        return reader.key() == null
                ? !isExcludedKey(row)
                : row.key() != null && row.key().key().equals(reader.key());
    }

    private boolean isExcludedKey(PendingRow row) {
        return row.key() != null && fetch.excludedKeys().contains(row.key());
    }

    private static int size(PendingRow row) {
        return row.stored().message().payload().size();
    }
}
