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
