package dev.outbox.jdbc;

import java.util.Collections;

/** How MySQL and MariaDB are asked for messages. MariaDB has no LATERAL, so what is asked of each reader is repeated for each, as the branches of a union. */
final class MysqlFetchSql {
    /** (reader, slot, floor, cursor) */
    private static final String SEEN_BEFORE = """
            (SELECT ? AS reader, position, destination, message_key, OCTET_LENGTH(payload)
            FROM ${prefix}outbox_message FORCE INDEX (PRIMARY)
            WHERE slot = ? AND position > ? AND position <= ?)
            """;

    /** (reader, slot, cursor, limit) */
    private static final String FRESH = """
            (SELECT ? AS reader, position, destination, message_key, OCTET_LENGTH(payload)
            FROM ${prefix}outbox_message FORCE INDEX (PRIMARY)
            WHERE slot = ? AND position > ?
            ORDER BY position
            LIMIT ?)
            """;

    /** For ranges of (slot, first, last). */
    private static final String LOAD = """
            SELECT slot, position,
                message_key IS NOT NULL AND (
                    SELECT 1 FROM ${prefix}outbox_parked AS p FORCE INDEX (outbox_parked_key)
                    WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking = 1
                    LIMIT 1) IS NOT NULL,
                COALESCE(not_before > UTC_TIMESTAMP(6), FALSE),
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', not_before),
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', created_at),
                payload
            FROM ${prefix}outbox_message AS m FORCE INDEX (PRIMARY)
            WHERE
            """;

    private static final String RANGE = "(slot = ? AND position BETWEEN ? AND ?)";

    /** The server and its tables, and the session's isolation level. */
    private static final String INCARNATION = """
            SELECT CONCAT(@@hostname, '/', @@port, '/', incarnation), @@${isolation} FROM ${prefix}outbox_schema WHERE version = 1
            """;

    private final String seenBefore;
    private final String fresh;
    private final String load;
    private final String incarnation;

    MysqlFetchSql(Names names, MysqlFlavor flavor) {
        seenBefore = names.resolve(SEEN_BEFORE);
        fresh = names.resolve(FRESH);
        load = names.resolve(LOAD);
        incarnation = names.resolve(flavor.fill(INCARNATION));
    }

    /** First so many times (reader, slot, floor, cursor), then so many times (reader, slot, cursor, limit): reader, position, destination, key, bytes. */
    String scan(int seenBranches, int freshBranches) {
        String seen = String.join(" UNION ALL ", Collections.nCopies(seenBranches, seenBefore));
        String news = String.join(" UNION ALL ", Collections.nCopies(freshBranches, fresh));
        return seenBranches == 0 ? news : seen + " UNION ALL " + news;
    }

    String load(int ranges) {
        return load + String.join(" OR ", Collections.nCopies(ranges, RANGE));
    }

    /** Server and tables; isolation level. */
    String incarnation() {
        return incarnation;
    }
}
