package dev.outbox.spi;

import java.util.List;

/**
 * What a {@link Fetch} saw.
 *
 * @param readers one result for each reader of the fetch, in their order
 * @param horizon the visibility horizon taken before the snapshot: no row at or below it can become visible any more. Always right: 0
 * @param incarnation names the database server and its data; another name means that positions may have begun anew
 */
public record Fetched(List<ReaderResult> readers, long horizon, String incarnation) {
    /** Copies the list. */
    public Fetched {
        readers = List.copyOf(readers);
    }

    /**
     * What one reader saw.
     *
     * @param rows the chosen rows, in the order of their positions
     * @param scannedThrough every row above the floor and up to here that was visible in the snapshot was either returned, passed over by the
     *     reader's filter, or named as held; {@link Long#MAX_VALUE} when nothing was left unread
     */
    public record ReaderResult(List<Row> rows, long scannedThrough) {
        /** Copies the list. */
        public ReaderResult {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A row of {@code outbox_message}.
     *
     * @param stored the message
     * @param blocked whether, in the same snapshot, a blocking row of its destination and key stood in {@code outbox_parked}
     * @param scheduled whether its {@code notBefore} lay in the future, by the database's clock
     */
    public record Row(StoredMessage stored, boolean blocked, boolean scheduled) {}
}
