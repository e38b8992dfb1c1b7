package dev.outbox.jdbc;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import dev.outbox.spi.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** How MySQL and MariaDB are asked for messages. MariaDB has no LATERAL, so what is asked of each reader is repeated for each, as the branches of a union. */
final class MysqlFetchSql {
    static final int ABOUT_THE_SERVER = -1;

    /** (reader, slot, floor, cursor), what it passes over, (limit). */
    private static final String SEEN_BEFORE = """
            (SELECT ? AS reader, position, destination, message_key, OCTET_LENGTH(payload)
            FROM ${prefix}outbox_message FORCE INDEX (PRIMARY)
            WHERE slot = ? AND position > ? AND position <= ?%s
            ORDER BY position
            LIMIT ?)
            """;

    /** (reader, slot, cursor, limit) */
    private static final String FRESH = """
            (SELECT ? AS reader, position, destination, message_key, OCTET_LENGTH(payload)
            FROM ${prefix}outbox_message FORCE INDEX (PRIMARY)
            WHERE slot = ? AND position > ?
            ORDER BY position
            LIMIT ?)
            """;

    private static final String OF_DESTINATION = " AND destination = ?";
    private static final String OF_KEY = " AND destination = ? AND message_key = ?";
    private static final String NOT_OF_DESTINATIONS = " AND destination NOT IN (%s)";
    private static final String NOT_OF_KEYS = " AND (message_key IS NULL OR (destination, message_key) NOT IN (%s))";

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

    /** The server and its tables, and the session's isolation level, in the columns of a row that was seen. */
    private static final String SERVER = """
            (SELECT -1 AS reader, 0 AS position, CONCAT(@@hostname, '/', @@port, '/', incarnation), @@${isolation}, 0
            FROM ${prefix}outbox_schema WHERE version = 1)
            """;

    private final String seenBefore;
    private final String fresh;
    private final String load;
    private final String server;

    /**
     * A branch of the union.
     *
     * @param parameters of its statement, in order
     */
    record Branch(String sql, List<Object> parameters) {}

    MysqlFetchSql(Names names, MysqlFlavor flavor) {
        seenBefore = names.resolve(SEEN_BEFORE);
        fresh = names.resolve(FRESH);
        load = names.resolve(LOAD);
        server = names.resolve(flavor.fill(SERVER));
    }

    /**
     * Up to {@code limit} rows that the reader {@code number} of the fetch is about and has looked at before. What it passes over stays in the database: all of the backlog of a hot key, or of a destination
     * that is down, stands there. A key is of one slot, so only those of the reader's own are named.
     */
    Branch seenBefore(Fetch fetch, int number, int limit) {
        Reader reader = fetch.readers().get(number);
        List<Object> parameters = new ArrayList<>(List.of(number, reader.slot(), reader.floor(), reader.cursor()));
        String filter = filter(fetch, reader, parameters);
        parameters.add(limit);
        return new Branch(seenBefore.replace("%s", filter), parameters);
    }

    private static String filter(Fetch fetch, Reader reader, List<Object> parameters) {
        String destination = reader.destination();
        String key = reader.key();
        if (destination != null && key != null) {
            Collections.addAll(parameters, destination, key);
            return OF_KEY;
        }
        String filter = "";
        if (destination != null) {
            parameters.add(destination);
            filter = OF_DESTINATION;
        } else if (!fetch.excludedDestinations().isEmpty()) {
            parameters.addAll(fetch.excludedDestinations());
            filter = NOT_OF_DESTINATIONS.replace(
                    "%s", questions("?", fetch.excludedDestinations().size()));
        }
        List<KeyRef> keys = fetch.excludedKeys().stream()
                .filter(excluded -> Slot.of(excluded.key()) == reader.slot())
                .filter(excluded -> destination == null || destination.equals(excluded.destination()))
                .toList();
        keys.forEach(excluded -> Collections.addAll(parameters, excluded.destination(), excluded.key()));
        return keys.isEmpty() ? filter : filter + NOT_OF_KEYS.replace("%s", questions("(?, ?)", keys.size()));
    }

    private static String questions(String of, int times) {
        return String.join(", ", Collections.nCopies(times, of));
    }

    /** Up to {@code limit} rows above the cursor of the reader {@code number}, whatever they are about. */
    Branch fresh(Fetch fetch, int number, int limit) {
        Reader reader = fetch.readers().get(number);
        return new Branch(fresh, List.of(number, reader.slot(), reader.cursor(), limit));
    }

    /**
     * What the branches find: reader, position, destination, key, bytes. One row is about no reader, but {@value #ABOUT_THE_SERVER}: it has the server and its tables, and the session's isolation level,
     * in the place of destination and key.
     */
    String scan(List<Branch> branches) {
        return server
                + branches.stream().map(branch -> " UNION ALL " + branch.sql()).collect(Collectors.joining());
    }

    String load(int ranges) {
        return load + String.join(" OR ", Collections.nCopies(ranges, RANGE));
    }
}
