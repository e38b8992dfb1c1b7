package dev.outbox.jdbc;

import dev.outbox.spi.FailureText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a connection that listens, and wakes the relays of this process when another process notifies. */
final class NotificationListener implements NotificationThread.Work {
    private static final Logger log = LoggerFactory.getLogger(PostgresNotifications.class);

    /** How long one wait lasts, and so how long a close may take. Costs no statement. */
    private static final int WAIT_MILLIS = 200;

    /** How often the connection is tried: a network that swallows everything looks like silence. */
    static final Duration PROBE = Duration.ofSeconds(10);

    private final DataSource dataSource;
    private final Database database;
    private final Hints hints;
    private final LongSupplier clock;
    private final long probeNanos;
    private volatile @Nullable Listening listening;
    private long nextProbeNanos;

    private record Listening(Lent lent, Session session, PGConnection driver) {
        Connection connection() {
            return lent.connection();
        }
    }

    NotificationListener(DataSource dataSource, Database database, Hints hints, LongSupplier clock, Duration probe) {
        this.dataSource = dataSource;
        this.database = database;
        this.hints = hints;
        this.clock = clock;
        this.probeNanos = probe.toNanos();
    }

    @Override
    public void begin() {}

    @Override
    public void step() throws SQLException {
        Listening current = listening;
        if (current == null) {
            listening = listen();
            nextProbeNanos = clock.getAsLong() + probeNanos;
            // What was notified while nobody listened.
            hints.wakeRelays();
            return;
        }
        if (isFromAnotherProcess(current.driver().getNotifications(WAIT_MILLIS))) {
            hints.wakeRelays();
        }
        if (clock.getAsLong() - nextProbeNanos >= 0) {
            nextProbeNanos = clock.getAsLong() + probeNanos;
            current.session().query(NotificationSql.PROBE, row -> true);
        }
    }

    private boolean isFromAnotherProcess(PGNotification @Nullable [] notifications) {
        if (notifications != null) {
            for (PGNotification notification : notifications) {
                if (!notification.getParameter().equals(hints.origin())) {
                    return true;
                }
            }
        }
        return false;
    }

    private Listening listen() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            Tables tables = database.tables(connection);
            if (!connection.isWrapperFor(PGConnection.class)) {
                throw new NoNotificationsException("listening needs PostgreSQL and its driver org.postgresql; this is "
                        + connection.getMetaData().getDriverName());
            }
            int timeoutMillis = (int) database.options().statementTimeout().toMillis();
            Lent lent = Lent.prepare(connection, timeoutMillis);
            Session session = new Session(connection, tables.dialect(), timeoutMillis / 1_000);
            String channel = NotificationSql.channel(session, database.options().names());
            session.update(NotificationSql.listen(channel));
            log.debug("listens on channel {}", channel);
            return new Listening(lent, session, connection.unwrap(PGConnection.class));
        } catch (SQLException | RuntimeException failed) {
            try (connection) {
                throw failed;
            }
        }
    }

    /** Also tells a pool that a lost connection is lost: it sees the statement fail. Can be aborted until it is through. */
    @Override
    public void release() {
        Listening current = listening;
        if (current == null) {
            return;
        }
        Connection connection = current.connection();
        Lent lent = current.lent();
        try (connection;
                lent) {
            current.session().update(NotificationSql.UNLISTEN);
        } catch (SQLException lost) {
            log.debug("the connection that listened is lost: {}", FailureText.of(lost));
        } finally {
            listening = null;
        }
    }

    @Override
    public void abort() {
        Listening current = listening;
        if (current != null) {
            try {
                current.connection().abort(Runnable::run);
            } catch (SQLException failed) {
                log.debug("the connection that listened could not be aborted: {}", FailureText.of(failed));
            }
        }
    }

    @Override
    public void end() {}
}
