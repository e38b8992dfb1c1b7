package dev.outbox.jdbc;

import dev.outbox.spi.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Settings of a PostgreSQL server that forget what was committed, or that break the order of the positions. */
final class PostgresDurability {
    private static final String SETTINGS = """
            SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
                pg_is_in_recovery(), c.relpersistence = 'u', s.seqcache,
                current_setting('server_version_num')::integer
            FROM pg_class AS c
            JOIN pg_sequence AS s
              ON s.seqrelid = pg_get_serial_sequence('${prefix}outbox_message', 'position')::regclass
            WHERE c.oid = '${prefix}outbox_message'::regclass
            """;

    private final Names names;

    PostgresDurability(Names names) {
        this.names = names;
    }

    List<String> warnings(Session session) throws SQLException {
        return session.query(names.resolve(SETTINGS), this::warnings).get(0);
    }

    private List<String> warnings(ResultSet row) throws SQLException {
        refuse(row);
        List<String> warnings = new ArrayList<>();
        if (row.getString(1).equals("off")) {
            warnings.add("PostgreSQL runs with fsync=off: a crash of the machine destroys the database. Set fsync=on.");
        }
        if (row.getString(2).equals("off")) {
            warnings.add(
                    "PostgreSQL forgets acknowledged commits when it crashes (synchronous_commit=off). Set it to on for the"
                            + " roles that publish and handle messages.");
        }
        if (row.getString(3).equals("off")) {
            warnings.add(
                    "PostgreSQL runs with full_page_writes=off: a crash of the machine can destroy pages. Set it to on.");
        }
        if (row.getBoolean(5)) {
            warnings.add("The table " + names.qualifiedPrefix()
                    + "outbox_message is unlogged: a crash empties it. Run ALTER TABLE"
                    + " ... SET LOGGED on the tables of the outbox.");
        }
        return warnings;
    }

    private void refuse(ResultSet row) throws SQLException {
        if (row.getInt(7) < 120_000) {
            throw new StoreException(
                    "PostgreSQL has version number " + row.getInt(7) + "; this library works with 12 and newer");
        }
        if (row.getBoolean(4)) {
            throw new StoreException(
                    "the database is a replica (pg_is_in_recovery). Give the relay a data source that leads to the"
                            + " primary server");
        }
        if (row.getLong(6) != 1) {
            throw new StoreException(
                    "the sequence of " + names.qualifiedPrefix() + "outbox_message.position caches " + row.getLong(6)
                            + " values, so positions do not follow the order of the inserts and messages would be overtaken. Set its"
                            + " CACHE to 1");
        }
    }
}
