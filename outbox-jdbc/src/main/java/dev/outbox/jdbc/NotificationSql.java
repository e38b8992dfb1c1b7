package dev.outbox.jdbc;

import java.sql.SQLException;

/** Statements of LISTEN and NOTIFY in PostgreSQL. */
final class NotificationSql {
    /**
     * The channel is named after the table that the connection finds, so that two processes meet whether they name the schema or have it in their search path,
     * and two outboxes in one database never do. A name too long for a channel is hashed.
     */
    private static final String CHANNEL = """
            SELECT CASE WHEN octet_length(t.name) < 64 THEN t.name ELSE 'outbox_message_' || md5(t.name) END
            FROM (
                SELECT n.nspname || '.' || c.relname AS name
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.oid = '${prefix}outbox_message'::regclass) AS t
            """;

    static final String NOTIFY = "SELECT pg_notify(?, ?)";

    static final String UNLISTEN = "UNLISTEN *";

    static final String PROBE = "SELECT 1";

    private NotificationSql() {}

    static String channel(Session session, Names names) throws SQLException {
        if (!(session.dialect() instanceof PostgresDialect)) {
            throw new NoNotificationsException("notifications need PostgreSQL; this is "
                    + session.dialect().name());
        }
        return session.query(names.resolve(CHANNEL), row -> row.getString(1)).get(0);
    }

    /** A channel is no parameter of this statement. */
    static String listen(String channel) {
        return "LISTEN \"" + channel.replace("\"", "\"\"") + '"';
    }
}
