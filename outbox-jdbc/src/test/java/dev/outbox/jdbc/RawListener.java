package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A connection that counts what is notified on a channel, whoever wakes or does not. */
final class RawListener implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Connection connection;

    RawListener(TestDatabase database, String channel) {
        try {
            connection = database.dataSource().getConnection();
            try (var statement = connection.createStatement()) {
                statement.execute(NotificationSql.listen(channel));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** What comes until {@code silence} passes without anything after the first, which may take a minute. */
    List<String> fromTheFirstUntilSilent(Duration silence) {
        try {
            PGNotification[] first = connection.unwrap(PGConnection.class).getNotifications(PATIENCE_MILLIS);
            List<String> heard = new ArrayList<>();
            for (PGNotification one : first == null ? new PGNotification[0] : first) {
                heard.add(one.getParameter());
            }
            heard.addAll(untilSilent(silence));
            return heard;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** What comes until {@code silence} passes without anything. */
    List<String> untilSilent(Duration silence) {
        List<String> heard = new ArrayList<>();
        try {
            PGConnection driver = connection.unwrap(PGConnection.class);
            PGNotification[] some = driver.getNotifications((int) silence.toMillis());
            while (some != null && some.length > 0) {
                for (PGNotification one : some) {
                    heard.add(one.getParameter());
                }
                some = driver.getNotifications((int) silence.toMillis());
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return heard;
    }

    @Override
    public void close() throws SQLException {
        try (connection;
                var statement = connection.createStatement()) {
            statement.execute(NotificationSql.UNLISTEN);
        }
    }
}
